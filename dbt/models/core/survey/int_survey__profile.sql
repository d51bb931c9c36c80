-- One row per person who answered and consented, with weight, stratum, and the reason why one cannot be counted.
-- Who reports the facts of an agency is no respondent. Where a form declares waves, answers of other days count nowhere.
-- A weight is what the form carries, the agency's population over its respondents, or 1 where everybody is asked.
with profile as (
    select
        form,
        submission_id,
        min(case when field = 'agency' then value end) as agency_code,
        min(case when field = 'gender' then value end) as gender,
        min(case when field = 'grade_band' then value end) as grade_band,
        min(case when field = 'tenure_band' then value end) as tenure_band,
        min(case when field = 'border_post' then value end) as border_post,
        min(case when field = 'caring' then value end) as caring,
        min(case when field = 'weight' then value end) as weight_text
    from {{ ref('stg_kobo__answer') }}
    where form not in (select form from {{ ref('stg_catalogue__fact_item') }})
    group by form, submission_id
),

placed as (
    select
        profile.form,
        profile.submission_id,
        profile.agency_code,
        agency.agency_code is not null as is_agency_known,
        coalesce(gender.gender, 'missing') as gender,
        band.grade_band,
        profile.tenure_band,
        profile.border_post,
        profile.caring,
        contract.weight_kind,
        profile.weight_text,
        coalesce(contract.period_year, wave.period_year, {{ year_utc('submission.submitted_at') }}) as period_year,
        contract.period_year is not null or wave.form is not null or declared.form is null as is_in_wave
    from profile
    inner join {{ ref('stg_kobo__submission') }} as submission
        on profile.form = submission.form and profile.submission_id = submission.submission_id
    left join {{ ref('stg_catalogue__survey_contract') }} as contract on profile.form = contract.form
    left join {{ ref('stg_catalogue__survey_wave') }} as wave
        on profile.form = wave.form and {{ day_utc('submission.submitted_at') }} between wave.first_day and wave.last_day
    left join (select distinct form from {{ ref('stg_catalogue__survey_wave') }}) as declared on profile.form = declared.form
    left join (select distinct agency_code from {{ ref('dim_agency') }}) as agency on profile.agency_code = agency.agency_code
    left join {{ ref('dim_gender') }} as gender on profile.gender = gender.gender
    left join (select distinct grade_band from {{ ref('dim_grade') }}) as band on profile.grade_band = band.grade_band
),

weighted as (
    select
        placed.*,
        case
            when placed.weight_kind = 'field' then {{ number_or_null('placed.weight_text') }}
            when placed.weight_kind = 'equal' then 1
            else cast(frame.n_population as {{ dbt.type_float() }})
                / count(*) over (partition by placed.form, placed.agency_code, placed.period_year, placed.is_in_wave)
        end as weight
    from placed
    left join {{ ref('stg_catalogue__survey_frame') }} as frame
        on placed.form = frame.form and placed.agency_code = frame.agency_code
)

select
    form,
    submission_id,
    agency_code,
    gender,
    grade_band,
    tenure_band,
    border_post,
    caring,
    cast(period_year as integer) as period_year,
    {{ dbt.concat(["form", "'/'", "agency_code", "'/'", "cast(period_year as " ~ dbt.type_string() ~ ")"]) }} as stratum,
    weight,
    case
        when not is_agency_known then 'agency not in the catalogue'
        when period_year is null then 'no year'
        when not is_in_wave then 'in no wave of its form'
        when weight is null or weight <= 0 then 'no weight'
    end as exclusion_reason
from weighted
