{# The published cuts of a survey indicator: which columns are kept; the others read 'all'. Each cut by gender also has its gap. #}
{% macro survey_levels() -%}
    {{ return({
        'agency': ['country_code', 'agency_code', 'agency_type'],
        'agency_gender': ['country_code', 'agency_code', 'agency_type', 'gender'],
        'agency_grade': ['country_code', 'agency_code', 'agency_type', 'grade_band'],
        'agency_type_gender': ['agency_type', 'gender'],
        'country_gender': ['country_code', 'gender'],
        'gender': ['gender'],
        'country': ['country_code'],
        'agency_type': ['agency_type'],
        'all': [],
        'agency_breakdown': ['country_code', 'agency_code', 'agency_type', 'breakdown'],
    }) }}
{%- endmacro %}

{# The cuts of a sensitive indicator: never below country × agency type × gender, and none without gender, from which those of small groups
   could be told. `sensitive_levels` in catalogue/disclosure.yml names the same. #}
{% macro sensitive_survey_levels() -%}
    {{ return({
        'country_type_gender': ['country_code', 'agency_type', 'gender'],
        'country_gender': ['country_code', 'gender'],
        'agency_type_gender': ['agency_type', 'gender'],
        'gender': ['gender'],
    }) }}
{%- endmacro %}

{# Rows of `source` once for each published cut of their indicator: the columns that place a cell, then `columns`. `source` has all of
   them, and is_sensitive; a source without the answer that an indicator is broken down by (breakdown, breakdown_value) has no such cut. #}
{% macro by_survey_level(source, columns, has_breakdown=false) %}
    {%- for is_sensitive, levels in {false: survey_levels(), true: sensitive_survey_levels()}.items() %}
    {%- set is_last_kind = loop.last %}
    {%- for level, kept in levels.items() if has_breakdown or 'breakdown' not in kept %}
    select
        '{{ level }}' as level,
        indicator_code,
        {% for column in ['country_code', 'agency_code', 'agency_type', 'gender', 'grade_band'] -%}
        {{ column if column in kept else "'all'" }} as {{ column }},
        {% endfor -%}
        {% if has_breakdown -%}
        {{ 'breakdown' if 'breakdown' in kept else "'none' as breakdown" }},
        {{ 'breakdown_value' if 'breakdown' in kept else "'all' as breakdown_value" }},
        {% endif -%}
        provenance,
        period_year,
        {{ columns | join(', ') }}
    from {{ source }}
    where {{ 'is_sensitive' if is_sensitive else 'not is_sensitive' }}
        {%- if 'grade_band' in kept %} and grade_band is not null{% endif %}
        {%- if 'breakdown' in kept %} and breakdown_value is not null{% endif %}
    {% if not (loop.last and is_last_kind) %}union all{% endif %}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}

{# Weighted means of y over domains, and gaps between women's and men's, with stratified, post-stratified Taylor standard errors without
   finite population correction and with degrees of freedom, as R's survey package computes them (svymean after postStratify).

   Linearised, a unit of the domain counts z = w(y − p)/Σw, a unit outside it 0; a gap counts women's z less men's. Post-stratification
   takes from each unit of a post-stratum g the part that its total explains: e = z − w·Σz/Σw over g. Then V = Σ n/(n − 1)·Σ(e − ē)² over
   strata. Σe² is written out as Σz² − 2rΣzw + r²Σw², so that nothing is ever as long as respondents × domains.
   A stratum of one respondent has no variance: the error is then null, not 0.

   Raked groups are the cells of a stratum's gender and grade band. As R's svymean after rake does it, e = z − w·r, where r = a(gender) +
   b(band) is fitted to z/w by least squares, each respondent counting once: the margins explain z, not each cell. With two genders the
   fit has a closed form. Cells of the stratum without a member of the domain are part of it.

   `members`: one row for each domain and kind of respondents who are alike in all that counts (columns `keys`, stratum, poststratum, weight,
   y, and n_alike, how many they are);
   `groups`: one row for each post-stratum (stratum, poststratum, is_poststratified, n, sum_w, sum_w2, and is_raked, gender, grade_band);
   a post-stratum lies in one stratum. #}
{% macro domain_means(members, groups, keys) %}
{%- set key_list = keys | join(', ') -%}
{%- set others = keys | reject('in', ['level', 'gender']) | list -%}
{%- set women_minus_men = "case when gender = 'woman' then 1 else -1 end" -%}
domain_sum as (
    select
        {{ key_list }},
        cast(sum(n_alike) as bigint) as n,
        {{ exact_sum('n_alike * y') }} as sum_y,
        {{ exact_sum('n_alike * weight') }} as sum_weight,
        {{ exact_sum('n_alike * weight * y') }} as sum_weighted_y
    from {{ members }}
    group by {{ key_list }}
),

domain_total as (
    select *, sum_weighted_y / sum_weight as p
    from domain_sum
    where sum_weight > 0
),

domain_residual as (
    select
        {% for key in keys %}domain_total.{{ key }}, {% endfor %}
        members.stratum,
        members.poststratum,
        {{ exact_sum('members.n_alike * members.weight * (members.y - domain_total.p) / domain_total.sum_weight') }} as sum_z,
        {{ exact_sum('members.n_alike * power(members.weight * (members.y - domain_total.p) / domain_total.sum_weight, 2)') }} as sum_z2,
        {{ exact_sum('members.n_alike * members.weight * members.weight * (members.y - domain_total.p) / domain_total.sum_weight') }} as sum_zw
    from {{ members }} as members
    inner join domain_total
        on {% for key in keys %}members.{{ key }} = domain_total.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
    group by {% for key in keys %}domain_total.{{ key }}, {% endfor %}members.stratum, members.poststratum
),

gap_total as (
    select
        replace(level, 'gender', 'gap') as level,
        'women minus men' as gender,
        {{ others | join(', ') }},
        sum(n) as n,
        cast(null as {{ dbt.type_float() }}) as sum_y,
        sum(sum_weight) as sum_weight,
        cast(null as {{ dbt.type_float() }}) as sum_weighted_y,
        sum({{ women_minus_men }} * p) as p
    from domain_total
    where level like '%gender' and gender in ('woman', 'man')
    group by level, {{ others | join(', ') }}
    having count(*) = 2
),

estimated as (
    select {{ key_list }}, n, sum_y, sum_weight, sum_weighted_y, p from domain_total
    union all
    select {{ key_list }}, n, sum_y, sum_weight, sum_weighted_y, p from gap_total
),

residual as (
    select {{ key_list }}, stratum, poststratum, sum_z, sum_z2, sum_zw from domain_residual
    union all
    select
        {% for key in keys -%}
        {% if key == 'level' %}replace(level, 'gender', 'gap'){% elif key == 'gender' %}'women minus men'{% else %}{{ key }}{% endif %},
        {% endfor -%}
        stratum,
        poststratum,
        {{ exact_sum(women_minus_men ~ ' * sum_z') }},
        {{ exact_sum('sum_z2') }},
        {{ exact_sum(women_minus_men ~ ' * sum_zw') }}
    from domain_residual
    where level like '%gender' and gender in ('woman', 'man')
    group by level, {{ others | join(', ') }}, stratum, poststratum
),

strata as (
    select stratum, sum(n) as n_stratum
    from {{ groups }}
    group by stratum
),

raked_sum as (
    select
        {% for key in keys %}domain_total.{{ key }}, {% endfor %}
        members.poststratum,
        {{ exact_sum('members.n_alike * (members.y - domain_total.p) / domain_total.sum_weight') }} as sum_u
    from {{ members }} as members
    inner join {{ groups }} as totals on members.poststratum = totals.poststratum and totals.is_raked
    inner join domain_total
        on {% for key in keys %}members.{{ key }} = domain_total.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
    group by {% for key in keys %}domain_total.{{ key }}, {% endfor %}members.poststratum
),

raked_deviation as (
    select {{ key_list }}, poststratum, sum_u from raked_sum
    union all
    select
        {% for key in keys -%}
        {% if key == 'level' %}replace(level, 'gender', 'gap'){% elif key == 'gender' %}'women minus men'{% else %}{{ key }}{% endif %},
        {% endfor -%}
        poststratum,
        {{ exact_sum(women_minus_men ~ ' * sum_u') }}
    from raked_sum
    where level like '%gender' and gender in ('woman', 'man')
    group by level, {{ others | join(', ') }}, poststratum
),

raked_cell as (
    select
        {% for key in keys %}domain.{{ key }}, {% endfor %}
        totals.stratum,
        totals.poststratum,
        totals.gender as cell_gender,
        totals.grade_band as cell_band,
        totals.n,
        totals.sum_w,
        totals.sum_w2,
        coalesce(deviation.sum_u, 0) as sum_u,
        coalesce(residual.sum_z, 0) as sum_z,
        coalesce(residual.sum_z2, 0) as sum_z2,
        coalesce(residual.sum_zw, 0) as sum_zw
    from (
        select distinct {% for key in keys %}residual.{{ key }}, {% endfor %}residual.stratum
        from residual
        inner join {{ groups }} as totals on residual.poststratum = totals.poststratum and totals.is_raked
    ) as domain
    inner join {{ groups }} as totals on domain.stratum = totals.stratum and totals.is_raked
    left join residual
        on {% for key in keys %}domain.{{ key }} = residual.{{ key }} and {% endfor %}totals.poststratum = residual.poststratum
    left join raked_deviation as deviation
        on {% for key in keys %}domain.{{ key }} = deviation.{{ key }} and {% endfor %}totals.poststratum = deviation.poststratum
),

raked_band as (
    select *, sum(n) over band as n_band, sum(sum_u) over band as u_band
    from raked_cell
    window band as (
        partition by {{ key_list }}, stratum, cell_band
        order by cell_gender rows between unbounded preceding and unbounded following
    )
),

raked_fit as (
    select
        *,
        coalesce(
            sum(case when cell_gender = 'woman' then sum_u - n * u_band / n_band else 0 end) over whole
            / nullif(sum(case when cell_gender = 'woman' then n - n * n / cast(n_band as {{ dbt.type_float() }}) else 0 end) over whole, 0),
            0
        ) as a_women,
        sum(case when cell_gender = 'woman' then n else 0 end) over (partition by {{ key_list }}, stratum, cell_band) as n_women
    from raked_band
    window whole as (
        partition by {{ key_list }}, stratum
        order by poststratum rows between unbounded preceding and unbounded following
    )
),

explained as (
    select
        {% for key in keys %}residual.{{ key }}, {% endfor %}
        residual.stratum,
        residual.sum_z,
        residual.sum_z2,
        residual.sum_zw,
        totals.sum_w,
        totals.sum_w2,
        case when totals.is_poststratified then residual.sum_z / totals.sum_w else 0 end as r
    from residual
    inner join {{ groups }} as totals on residual.poststratum = totals.poststratum and not totals.is_raked

    union all

    select
        {{ key_list }}, stratum, sum_z, sum_z2, sum_zw, sum_w, sum_w2,
        case when cell_gender = 'woman' then a_women else 0 end + (u_band - n_women * a_women) / n_band as r
    from raked_fit
),

stratum_sum as (
    select
        {{ key_list }},
        stratum,
        {{ exact_sum('sum_z - r * sum_w') }} as sum_e,
        {{ exact_sum('sum_z2 - 2 * r * sum_zw + r * r * sum_w2') }} as sum_e2
    from explained
    group by {{ key_list }}, stratum
),

variance as (
    select
        {% for key in keys %}stratum_sum.{{ key }}, {% endfor %}
        count(*) as n_strata,
        case
            when min(strata.n_stratum) > 1
                then {{ exact_sum(
                    'strata.n_stratum / nullif(strata.n_stratum - 1.0, 0)'
                    ~ ' * greatest(stratum_sum.sum_e2 - stratum_sum.sum_e * stratum_sum.sum_e / strata.n_stratum, 0)'
                ) }}
        end as variance
    from stratum_sum
    inner join strata on stratum_sum.stratum = strata.stratum
    group by {% for key in keys %}stratum_sum.{{ key }}{% if not loop.last %}, {% endif %}{% endfor %}
),

domain_mean as (
    select
        estimated.*,
        sqrt(variance.variance) as se,
        cast(estimated.n - variance.n_strata as integer) as df
    from estimated
    inner join variance
        on {% for key in keys %}estimated.{{ key }} = variance.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
)
{% endmacro %}
