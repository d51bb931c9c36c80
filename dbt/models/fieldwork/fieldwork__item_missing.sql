-- What was not answered, by scale item: not asked or skipped, do not know, prefer not to say.
with people as (
    select form, period_year, count(*) as n_respondents
    from {{ ref('int_fieldwork__person') }}
    group by form, period_year
),

items as (
    select distinct form, field
    from {{ ref('stg_kobo__answer') }}
    where field <> 'weight' and value in ('1', '2', '3', '4', '5')
),

answers as (
    select
        person.form,
        person.period_year,
        answer.field as item,
        count(distinct answer.submission_id) as n_answered,
        count(distinct case when answer.value = '88' then answer.submission_id end) as n_dont_know,
        count(distinct case when answer.value = '99' then answer.submission_id end) as n_prefer_not
    from {{ ref('stg_kobo__answer') }} as answer
    inner join {{ ref('int_fieldwork__person') }} as person
        on answer.form = person.form and answer.submission_id = person.submission_id
    inner join items on answer.form = items.form and answer.field = items.field
    group by person.form, person.period_year, answer.field
)

select
    answers.form,
    answers.period_year,
    answers.item,
    cast(people.n_respondents as integer) as n_respondents,
    100 * cast(people.n_respondents - answers.n_answered as {{ dbt.type_float() }}) / people.n_respondents as absent_pct,
    100 * cast(answers.n_dont_know as {{ dbt.type_float() }}) / people.n_respondents as dont_know_pct,
    100 * cast(answers.n_prefer_not as {{ dbt.type_float() }}) / people.n_respondents as prefer_not_pct
from answers
inner join people on answers.form = people.form and answers.period_year = people.period_year
cross join {{ ref('stg_catalogue__fieldwork') }} as limits
where people.n_respondents >= limits.smallest_cell
