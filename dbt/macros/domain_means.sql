{# Weighted means of y over domains, and gaps between women's and men's, with stratified, post-stratified Taylor standard errors without
   finite population correction and with degrees of freedom, as R's survey package computes them (svymean after postStratify or rake).

   `members`: one row for each domain and kind of respondents who are alike in all that counts (columns `keys`, stratum, poststratum, weight,
   y, and n_alike, how many they are);
   `groups`: one row for each post-stratum (stratum, poststratum, is_poststratified, n, sum_w, sum_w2, and is_raked, gender, grade_band);
   a post-stratum lies in one stratum.

   The steps, each a macro of its own: the mean of each domain; its linearised values, summed by post-stratum (linearised.sql); the gaps of
   both (gaps.sql); what post-strata and raking explain (linearised.sql, raked_residuals.sql); the variance of the rest (stratified_variance.sql).
   Ends in the CTE `domain_mean`. #}
{% macro domain_means(members, groups, keys) %}
domain_total as (
    {{ domain_totals(members, keys) }}
),

domain_residual as (
    {{ linearised_sums(members, 'domain_total', keys) }}
),

estimated as (
    {{ with_gaps_of_means('domain_total', keys) }}
),

residual as (
    {{ with_gaps_of_sums('domain_residual', keys, ['stratum', 'poststratum'], signed=['sum_z', 'sum_zw'], unsigned=['sum_z2']) }}
),

domain_deviation as (
    {{ deviations_of_raked(members, 'domain_total', groups, keys) }}
),

raked_deviation as (
    {{ with_gaps_of_sums('domain_deviation', keys, ['poststratum'], signed=['sum_u']) }}
),

raked_cell as (
    {{ cells_of_raked('residual', 'raked_deviation', groups, keys) }}
),

explained as (
    {{ explained_by_poststratum('residual', groups, keys) }}

    union all

    {{ explained_by_margins('raked_cell', keys) }}
),

variance as (
    {{ stratified_variance('explained', groups, keys) }}
),

domain_mean as (
    select
        estimated.*,
        sqrt(variance.variance) as se,
        cast(estimated.n - variance.n_strata as integer) as df
    from estimated
    inner join variance on {{ same_keys('estimated', 'variance', keys) }}
)
{% endmacro %}

{# One row for each domain that has any weight: n members, the sums of y, of weights and of both, and the weighted mean p. #}
{% macro domain_totals(members, keys) %}
    {%- set key_list = keys | join(', ') %}
    select *, sum_weighted_y / sum_weight as p
    from (
        select
            {{ key_list }},
            cast(sum(n_alike) as bigint) as n,
            {{ exact_sum('n_alike * y') }} as sum_y,
            {{ exact_sum('n_alike * weight') }} as sum_weight,
            {{ exact_sum('n_alike * weight * y') }} as sum_weighted_y
        from {{ members }}
        group by {{ key_list }}
    ) as domain_sum
    where sum_weight > 0
{%- endmacro %}
