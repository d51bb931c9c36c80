{# Taylor linearisation of a weighted mean p of a domain. A unit of the domain counts z = w(y − p)/Σw, a unit outside it 0. Post-stratification
   takes from each unit of a post-stratum g the part that its total explains: what is left is e = z − w·r with r = Σz/Σw over g. Sums of z, z² and
   zw by post-stratum are enough for Σe and Σe², so nothing is ever as long as respondents × domains. #}

{# The linearised value of one member. #}
{% macro linearised(members, totals) -%}
    {{ members }}.weight * ({{ members }}.y - {{ totals }}.p) / {{ totals }}.sum_weight
{%- endmacro %}

{# For each domain of `totals` (domain_totals) and post-stratum with members of it: the sums of z, z² and zw. #}
{% macro linearised_sums(members, totals, keys) %}
    {%- set z = linearised('members', 'totals') %}
    select
        {{ keys_of('totals', keys) }},
        members.stratum,
        members.poststratum,
        {{ exact_sum('members.n_alike * ' ~ z) }} as sum_z,
        {{ exact_sum('members.n_alike * power(' ~ z ~ ', 2)') }} as sum_z2,
        {{ exact_sum('members.n_alike * members.weight * ' ~ z) }} as sum_zw
    from {{ members }} as members
    inner join {{ totals }} as totals on {{ same_keys('members', 'totals', keys) }}
    group by {{ keys_of('totals', keys) }}, members.stratum, members.poststratum
{%- endmacro %}

{# For each domain and post-stratum that is not raked: its sums, and r, which is 0 where the group was not brought to a known total. #}
{% macro explained_by_poststratum(sums, groups, keys) %}
    select
        {{ keys_of('sums', keys) }},
        sums.stratum,
        sums.sum_z,
        sums.sum_z2,
        sums.sum_zw,
        totals.sum_w,
        totals.sum_w2,
        case when totals.is_poststratified then sums.sum_z / totals.sum_w else 0 end as r
    from {{ sums }} as sums
    inner join {{ groups }} as totals on sums.poststratum = totals.poststratum and not totals.is_raked
{%- endmacro %}
