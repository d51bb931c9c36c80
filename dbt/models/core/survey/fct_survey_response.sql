-- Answers: one row per respondent and item; 'do not know' and 'prefer not to say' are kept, but are no valid answer.
with answers as (
    select
        answer.form,
        answer.submission_id,
        answer.field as item,
        min(answer.value) as answer_text,
        {{ number_or_null('min(answer.value)') }} as answer_number
    from {{ ref('stg_kobo__answer') }} as answer
    inner join {{ ref('dim_survey_item') }} as item on answer.field = item.item
    group by answer.form, answer.submission_id, answer.field
)

select
    {{ row_key(['answers.form', 'answers.submission_id', 'answers.item']) }} as response_id,
    answers.form,
    answers.submission_id,
    respondent.agency_code,
    respondent.gender,
    respondent.grade_band,
    answers.item,
    case
        when answers.answer_number in (1, 2, 3, 4, 5) then cast(cast(answers.answer_number as integer) as {{ dbt.type_string() }})
        else answers.answer_text
    end as answer_code,
    case when abs(answers.answer_number) < 1000000 then cast(answers.answer_number as integer) end as answer_value,
    coalesce(answers.answer_number in (1, 2, 3, 4, 5), false) as is_valid,
    case when answers.answer_number in (1, 2, 3, 4, 5) then answers.answer_number >= 4 end as is_positive,
    respondent.weight,
    respondent.stratum,
    respondent.period_year
from answers
inner join {{ ref('int_survey__respondent') }} as respondent
    on answers.form = respondent.form and answers.submission_id = respondent.submission_id
