-- One row per submission of fact-finding: which agency, year and post it tells of, whether it is the newest of them, and why it cannot count.
with answers as (
    select
        answer.form,
        answer.submission_id,
        min(case when answer.field = 'subject' then answer.value end) as subject,
        min(case when answer.field = 'agency' then answer.value end) as agency_code,
        {{ number_or_null("min(case when answer.field = 'period_year' then answer.value end)") }} as year_number,
        {{ number_or_null("min(case when answer.field = 'post_no' then answer.value end)") }} as post_number,
        min(case when answer.field = 'post_type' then answer.value end) as post_type,
        min(case when answer.field = 'staff_band' then answer.value end) as staff_band
    from {{ ref('stg_kobo__answer') }} as answer
    where answer.form in (select form from {{ ref('stg_catalogue__fact_item') }})
    group by answer.form, answer.submission_id
),

dated as (
    select
        *,
        cast(case
            when year_number between {{ var('first_year') }} and {{ var('last_year') }} then floor(year_number)
        end as integer) as period_year,
        cast(case when subject = 'post' and post_number between 1 and 99999 then floor(post_number) end as integer) as post_no
    from answers
),

judged as (
    select
        dated.*,
        {{ last_day_of_year('dated.period_year') }} as period_date,
        agency.country_code,
        agency.agency_type,
        agency.provenance,
        case
            when dated.subject is null or dated.subject not in ('policies', 'post') then 'no subject'
            when dated.period_year is null then 'no year'
            when agency.agency_code is null then 'agency not in the catalogue'
            when dated.subject = 'post' and dated.post_no is null then 'no number of the post'
        end as exclusion_reason
    from dated
    left join {{ ref('dim_agency') }} as agency
        on dated.agency_code = agency.agency_code
        and {{ last_day_of_year('dated.period_year') }} between agency.valid_from and agency.valid_to
)

select
    form,
    submission_id,
    subject,
    agency_code,
    country_code,
    agency_type,
    provenance,
    period_year,
    period_date,
    post_no,
    case when subject = 'post' then coalesce(post_type, 'unknown') end as post_type,
    case when subject = 'post' then coalesce(staff_band, 'unknown') end as staff_band,
    -- KoboToolbox numbers submissions as they come; an edit keeps its number.
    exclusion_reason is null and row_number() over (
        partition by agency_code, period_year, subject, post_no, exclusion_reason
        order by submission_id desc
    ) = 1 as is_newest,
    exclusion_reason
from judged
