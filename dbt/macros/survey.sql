{# The published cuts of a survey indicator: which columns are kept; the others read 'all'. #}
{% macro survey_levels() -%}
    {{ return({
        'agency': ['country_code', 'agency_code', 'agency_type'],
        'agency_gender': ['country_code', 'agency_code', 'agency_type', 'gender'],
        'agency_grade': ['country_code', 'agency_code', 'agency_type', 'grade_band'],
        'agency_type_gender': ['agency_type', 'gender'],
        'gender': ['gender'],
        'country': ['country_code'],
        'all': [],
    }) }}
{%- endmacro %}

{# Weighted mean of y over each domain, its stratified Taylor standard error without finite population correction, and its degrees of
   freedom, as R's survey package computes them: z = w(y − p)/Σw inside the domain and 0 outside, so a stratum's sum of squares runs over
   all its respondents while only the domain's are non-zero. A stratum of one respondent has no variance: the error is then null, not 0.
   `members`: one row for each respondent and domain (columns `keys`, stratum, weight, y); `strata`: stratum, n_stratum. #}
{% macro domain_means(members, strata, keys) %}
{%- set key_list = keys | join(', ') -%}
domain_sum as (
    select
        {{ key_list }},
        count(*) as n,
        count(distinct stratum) as n_strata,
        {{ exact_sum('y') }} as sum_y,
        {{ exact_sum('weight') }} as sum_weight,
        {{ exact_sum('weight * y') }} as sum_weighted_y
    from {{ members }}
    group by {{ key_list }}
),

domain_total as (
    select *, sum_weighted_y / sum_weight as p
    from domain_sum
    where sum_weight > 0
),

residual as (
    select
        {% for key in keys %}domain_total.{{ key }}, {% endfor %}
        members.stratum,
        {{ exact_sum('members.weight * (members.y - domain_total.p) / domain_total.sum_weight') }} as sum_z,
        {{ exact_sum('power(members.weight * (members.y - domain_total.p) / domain_total.sum_weight, 2)') }} as sum_z2
    from {{ members }} as members
    inner join domain_total
        on {% for key in keys %}members.{{ key }} = domain_total.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
    group by {% for key in keys %}domain_total.{{ key }}, {% endfor %}members.stratum
),

variance as (
    select
        {% for key in keys %}residual.{{ key }}, {% endfor %}
        case
            when min(strata.n_stratum) > 1
                then {{ exact_sum(
                    'strata.n_stratum / nullif(strata.n_stratum - 1.0, 0)'
                    ~ ' * greatest(residual.sum_z2 - residual.sum_z * residual.sum_z / strata.n_stratum, 0)'
                ) }}
        end as variance
    from residual
    inner join {{ strata }} as strata on residual.stratum = strata.stratum
    group by {% for key in keys %}residual.{{ key }}{% if not loop.last %}, {% endif %}{% endfor %}
),

domain_mean as (
    select
        domain_total.*,
        sqrt(variance.variance) as se,
        cast(domain_total.n - domain_total.n_strata as integer) as df
    from domain_total
    inner join variance
        on {% for key in keys %}domain_total.{{ key }} = variance.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
)
{% endmacro %}
