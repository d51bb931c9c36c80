{# Women and men as floats by agency, year and a category, from the stock of the year. #}
{% macro women_and_men_by(category) %}
    select
        agency_code,
        period_year,
        period_date,
        {{ category }} as category,
        cast(sum(case when gender = 'woman' then n_staff else 0 end) as {{ dbt.type_float() }}) as n_women,
        cast(sum(case when gender = 'man' then n_staff else 0 end) as {{ dbt.type_float() }}) as n_men
    from {{ ref('ind_hr__year_end_stock') }}
    where gender in ('woman', 'man')
    group by 1, 2, 3, 4
{% endmacro %}

{# The dissimilarity of women and men over categories (Duncan and Duncan 1955): half the sum of |F_g/F − M_g/M|, for each agency, country
   and agency type and year of `counts` (agency_code, period_year, period_date, category, n_women, n_men), over all staff of it together; and
   what chance alone would make of it, were the women drawn at random. A category's women are then hypergeometric, and their mean distance
   from their mean is 2m(N − K − n + m)/N · P(m) with m = ⌊nK/N⌋ + 1 (Diaconis and Zabell 1991). #}
{% macro dissimilarity(indicator_code, counts) %}
placed as (
    select counts.*, agency.country_code, agency.agency_type, agency.provenance
    from {{ counts }} as counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
),

levelled as (
    {{ rolled_up('placed', ['n_women', 'n_men'], ['category']) }}
),

totals as (
    select
        *,
        sum(n_women) over place as all_women,
        sum(n_men) over place as all_men,
        n_women + n_men as size,
        floor(sum(n_women) over place * (n_women + n_men) / (sum(n_women) over place + sum(n_men) over place)) + 1 as m
    from levelled
    where n_women + n_men > 0
    window place as (partition by level, country_code, agency_code, agency_type, provenance, period_year)
),

distances as (
    select
        *,
        abs(n_women / all_women - n_men / all_men) as distance,
        case
            when m > least(all_women, size) then 0
            else 2 * m * (all_men - size + m) / (all_women + all_men) * exp(
                {{ log_factorial('size') }} - {{ log_factorial('m') }} - {{ log_factorial('size - m') }}
                + {{ log_factorial('all_women + all_men - size') }} - {{ log_factorial('all_women - m') }}
                - {{ log_factorial('all_men - size + m') }}
                - {{ log_factorial('all_women + all_men') }} + {{ log_factorial('all_women') }} + {{ log_factorial('all_men') }}
            )
        end as mean_deviation
    from totals
    where all_women > 0 and all_men > 0
)

select
    '{{ indicator_code }}' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    'all' as gender,
    'all' as grade_band,
    provenance,
    period_year,
    max(period_date) as period_date,
    cast(max(distances.all_women + distances.all_men) as integer) as n,
    {{ exact_sum('distances.distance') }} / 2 as estimate,
    {{ exact_sum('distances.mean_deviation * (1 / distances.all_women + 1 / distances.all_men)') }} / 2 as reference_value,
    cast(min(least(distances.all_women, distances.all_men)) as integer) as n_least,
    cast(null as integer) as count_least,
    {{ dbt.listagg(women_and_men_of_category(), "';'", "order by category") }} as categories,
    'dissimilarity of counts' as method
from distances
group by level, country_code, agency_code, agency_type, provenance, period_year
{% endmacro %}

{# `category:women/men`: publication rounds the counts, and computes the index that it publishes from them. #}
{% macro women_and_men_of_category() -%}
    {%- set text = dbt.type_string() -%}
    {{ dbt.concat([
        "cast(category as " ~ text ~ ")", "':'", "cast(cast(n_women as integer) as " ~ text ~ ")", "'/'",
        "cast(cast(n_men as integer) as " ~ text ~ ")"
    ]) }}
{%- endmacro %}
