-- Raked weights: those of the first raking, none above five times the median of its agency, and raked again.
-- An agency whose margins are then missed by more than 1e-8 of themselves is left out, and keeps its base weights.
{%- set most_medians = 5 %}
{%- set margin_tolerance = 1e-8 %}
with middle as (
    select stratum, {{ median('weight') }} as median_weight
    from {{ ref('int_survey__rake') }}
    group by stratum
),

trimmed as (
    select rake.*, least(rake.weight, {{ most_medians }} * middle.median_weight) as trimmed_weight
    from {{ ref('int_survey__rake') }} as rake
    inner join middle on rake.stratum = middle.stratum
),

cells as (
    select
        stratum,
        gender,
        grade_band,
        {{ exact_sum('trimmed_weight') }} as people,
        max(gender_people) as gender_people,
        max(band_people) as band_people
    from trimmed
    group by stratum, gender, grade_band
),

{{ raked('cells', 'fitted') }}

select
    trimmed.form,
    trimmed.submission_id,
    {{ dbt.concat(["trimmed.stratum", "'/raked/'", "trimmed.gender", "'/'", "trimmed.grade_band"]) }} as poststratum,
    trimmed.trimmed_weight < trimmed.weight as is_trimmed,
    trimmed.trimmed_weight * fitted.people / cells.people as weight
from trimmed
inner join cells on trimmed.stratum = cells.stratum and trimmed.gender = cells.gender and trimmed.grade_band = cells.grade_band
inner join fitted on trimmed.stratum = fitted.stratum and trimmed.gender = fitted.gender and trimmed.grade_band = fitted.grade_band
where fitted.margin_error <= {{ margin_tolerance }}
