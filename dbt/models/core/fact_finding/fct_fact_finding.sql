-- What was found of each agency's policies and posts: one row per agency, year, post and question, as the newest submission says it.
-- Every question has its row: what is not known, or was not asked, is told as such.
with answers as (
    select answer.form, answer.submission_id, answer.field, min(answer.value) as value
    from {{ ref('stg_kobo__answer') }} as answer
    inner join {{ ref('stg_catalogue__fact_item') }} as item on answer.form = item.form and answer.field = item.item
    group by answer.form, answer.submission_id, answer.field
),

found as (
    select assessment.*, item.item, answers.value as answer_code
    from {{ ref('int_fact__assessment') }} as assessment
    inner join {{ ref('stg_catalogue__fact_item') }} as item
        on assessment.form = item.form and assessment.subject = item.subject
    left join answers
        on assessment.form = answers.form and assessment.submission_id = answers.submission_id and item.item = answers.field
    where assessment.is_newest
),

valued as (
    select
        *,
        case
            when answer_code in ('yes', 'written', 'practised') then 1
            when answer_code = 'no' then 0
            when {{ number_or_null('answer_code') }} >= 0 then {{ number_or_null('answer_code') }}
        end as answer_value
    from found
)

select
    {{ row_key(['agency_code', 'period_year', 'subject', 'post_no', 'item']) }} as finding_id,
    form,
    submission_id,
    agency_code,
    period_year,
    period_date,
    subject,
    post_no,
    post_type,
    staff_band,
    item,
    answer_code,
    cast(answer_value as {{ dbt.type_float() }}) as answer_value,
    answer_value is not null as is_known
from valued
