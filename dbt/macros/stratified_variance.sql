{# The variance of a sum of residuals e = z − w·r (linearised.sql) in a stratified sample: V = Σ n/(n − 1)·Σ(e − ē)² over strata, n being all
   respondents of a stratum, in the domain or not. #}

{# For each domain and stratum the sums of e and of e², which is written out as z² − 2r·zw + r²·w². `explained`: one row for each domain and
   post-stratum (keys, stratum, sum_z, sum_z2, sum_zw, sum_w, sum_w2, r). #}
{% macro residual_sums(explained, keys) %}
    select
        {{ keys | join(', ') }},
        stratum,
        {{ exact_sum('sum_z - r * sum_w') }} as sum_e,
        {{ exact_sum('sum_z2 - 2 * r * sum_zw + r * r * sum_w2') }} as sum_e2
    from {{ explained }}
    group by {{ keys | join(', ') }}, stratum
{%- endmacro %}

{# For each domain its variance, and n_strata, the strata that it has members in. A stratum of one respondent has no variance: that of the domain
   is then null, not 0. `groups`: one row for each post-stratum (stratum, n). #}
{% macro stratified_variance(explained, groups, keys) %}
    select
        {{ keys_of('residuals', keys) }},
        count(*) as n_strata,
        case
            when min(strata.n_stratum) > 1
                then {{ exact_sum(
                    'strata.n_stratum / nullif(strata.n_stratum - 1.0, 0)'
                    ~ ' * greatest(residuals.sum_e2 - residuals.sum_e * residuals.sum_e / strata.n_stratum, 0)'
                ) }}
        end as variance
    from ({{ residual_sums(explained, keys) }}) as residuals
    inner join (
        select stratum, sum(n) as n_stratum
        from {{ groups }}
        group by stratum
    ) as strata on residuals.stratum = strata.stratum
    group by {{ keys_of('residuals', keys) }}
{%- endmacro %}
