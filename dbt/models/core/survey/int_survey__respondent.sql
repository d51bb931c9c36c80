-- One row per respondent who counts: the base of every survey estimate, with base weight and final weight.
with placed as (
    select
        profile.*,
        coalesce(raked.poststratum, cell.poststratum) as poststratum,
        case when raked.submission_id is not null then 'raked' else cell.collapse_step end as collapse_step,
        cell.n_population,
        raked.weight as raked_weight
    from {{ ref('int_survey__profile') }} as profile
    left join {{ ref('int_survey__poststratum') }} as cell
        on profile.form = cell.form and profile.agency_code = cell.agency_code and profile.period_year = cell.period_year
        and profile.gender = cell.gender and coalesce(profile.grade_band, 'none') = cell.grade_band
    left join {{ ref('int_survey__raked') }} as raked on profile.form = raked.form and profile.submission_id = raked.submission_id
    where profile.exclusion_reason is null
),

sums as (
    select poststratum, {{ exact_sum('weight') }} as sum_base_weight
    from placed
    where poststratum is not null
    group by poststratum
)

select
    placed.form,
    placed.submission_id,
    placed.agency_code,
    placed.gender,
    placed.grade_band,
    placed.tenure_band,
    placed.border_post,
    placed.caring,
    placed.period_year,
    placed.stratum,
    coalesce(placed.poststratum, {{ dbt.concat(["placed.stratum", "'/none'"]) }}) as poststratum,
    placed.poststratum is not null as is_poststratified,
    coalesce(placed.collapse_step, 'none') as collapse_step,
    placed.weight as base_weight,
    coalesce(placed.raked_weight, placed.weight * placed.n_population / sums.sum_base_weight, placed.weight) as weight
from placed
left join sums on placed.poststratum = sums.poststratum
