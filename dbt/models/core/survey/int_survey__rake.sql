-- First raking, where only margins are known: respondents with gender and grade band, their base weights brought to the agency's margins.
-- An agency is left as it is where a margin has no total, or fewer than ten respondents.
{%- set smallest = 10 %}
with taking_part as (
    select profile.form, profile.submission_id, profile.agency_code, profile.stratum, profile.gender, profile.grade_band, profile.weight
    from {{ ref('int_survey__profile') }} as profile
    inner join {{ ref('stg_catalogue__survey_contract') }} as contract
        on profile.form = contract.form and contract.poststratify = 'rake'
    where profile.exclusion_reason is null and profile.gender in ('woman', 'man') and profile.grade_band is not null
),

margin_n as (
    select form, agency_code, stratum, 'gender' as margin, gender as category, count(*) as n
    from taking_part
    group by form, agency_code, stratum, gender

    union all

    select form, agency_code, stratum, 'grade_band' as margin, grade_band as category, count(*) as n
    from taking_part
    group by form, agency_code, stratum, grade_band
),

owed as (
    select strata.stratum, total.margin, total.category, total.n_population
    from (select distinct form, agency_code, stratum from taking_part) as strata
    inner join {{ ref('stg_catalogue__survey_margin') }} as total
        on strata.form = total.form and strata.agency_code = total.agency_code
),

possible as (
    select coalesce(margin_n.stratum, owed.stratum) as stratum
    from margin_n
    full join owed
        on margin_n.stratum = owed.stratum and margin_n.margin = owed.margin and margin_n.category = owed.category
    group by coalesce(margin_n.stratum, owed.stratum)
    having min(coalesce(margin_n.n, 0)) >= {{ smallest }} and count(*) = count(owed.n_population)
),

cells as (
    select
        taking_part.stratum,
        taking_part.gender,
        taking_part.grade_band,
        {{ exact_sum('taking_part.weight') }} as people,
        max(by_gender.n_population) as gender_people,
        max(by_band.n_population) as band_people
    from taking_part
    inner join possible on taking_part.stratum = possible.stratum
    inner join owed as by_gender
        on taking_part.stratum = by_gender.stratum and by_gender.margin = 'gender' and taking_part.gender = by_gender.category
    inner join owed as by_band
        on taking_part.stratum = by_band.stratum and by_band.margin = 'grade_band' and taking_part.grade_band = by_band.category
    group by taking_part.stratum, taking_part.gender, taking_part.grade_band
),

{{ raked('cells', 'fitted') }}

select
    taking_part.form,
    taking_part.submission_id,
    taking_part.stratum,
    taking_part.gender,
    taking_part.grade_band,
    fitted.gender_people,
    fitted.band_people,
    taking_part.weight as base_weight,
    taking_part.weight * fitted.people / cells.people as weight
from taking_part
inner join cells
    on taking_part.stratum = cells.stratum and taking_part.gender = cells.gender and taking_part.grade_band = cells.grade_band
inner join fitted
    on taking_part.stratum = fitted.stratum and taking_part.gender = fitted.gender and taking_part.grade_band = fitted.grade_band
