{# Gaps: women's figure minus men's, at every level that ends with gender. A gap has the keys of the two, but for its level (agency_gender
   becomes agency_gap) and its gender (women minus men). #}

{# The keys of a gap, from the keys of a side. #}
{% macro gap_keys(keys) -%}
    {%- set changed = {'level': "replace(level, 'gender', 'gap')", 'gender': "'women minus men'"} -%}
    {%- for key in keys %}{{ changed[key] ~ ' as ' ~ key if key in changed else key }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# Whether a row is a side of a gap. #}
{% macro is_side_of_gap() -%} level like '%gender' and gender in ('woman', 'man') {%- endmacro %}

{# The value with the sign of its side: the sum over both sides is women's minus men's. #}
{% macro women_less_men(value) -%} case when gender = 'woman' then 1 else -1 end * {{ value }} {%- endmacro %}

{# Domains with their totals (domain_totals), and a gap where both women and men have a mean. Sums of y say nothing of a gap. #}
{% macro with_gaps_of_means(totals, keys) %}
    {%- set key_list, same_for_both = keys | join(', '), keys | reject('equalto', 'gender') | join(', ') -%}
    select {{ key_list }}, n, sum_y, sum_weight, sum_weighted_y, p
    from {{ totals }}

    union all

    select
        {{ gap_keys(keys) }},
        sum(n) as n,
        cast(null as {{ dbt.type_float() }}) as sum_y,
        sum(sum_weight) as sum_weight,
        cast(null as {{ dbt.type_float() }}) as sum_weighted_y,
        sum({{ women_less_men('p') }}) as p
    from {{ totals }}
    where {{ is_side_of_gap() }}
    group by {{ same_for_both }}
    having count(*) = 2
{%- endmacro %}

{# Sums of linearised values of domains, one row for each value of the columns `by`, and those of gaps. A unit counts on its own side, so a sum
   that has the sign of the value (`signed`) is women's less men's, and a sum of squares (`unsigned`) is that of both. #}
{% macro with_gaps_of_sums(sums, keys, by, signed, unsigned=[]) %}
    {%- set key_list, same_for_both = keys | join(', '), keys | reject('equalto', 'gender') | join(', ') -%}
    select {{ key_list }}, {{ (by + signed + unsigned) | join(', ') }}
    from {{ sums }}

    union all

    select
        {{ gap_keys(keys) }},
        {{ by | join(', ') }}
        {%- for column in signed %},
        {{ exact_sum(women_less_men(column)) }} as {{ column }}
        {%- endfor %}
        {%- for column in unsigned %},
        {{ exact_sum(column) }} as {{ column }}
        {%- endfor %}
    from {{ sums }}
    where {{ is_side_of_gap() }}
    group by {{ same_for_both }}, {{ by | join(', ') }}
{%- endmacro %}
