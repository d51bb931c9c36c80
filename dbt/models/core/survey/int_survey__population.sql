-- People whom a survey's respondents stand for, by agency, gender and grade band: the staff list of the day, or the contract's totals.
-- Whose sex or grade is not known can stand for nobody in particular, and is left out.
{{ config(meta={'version': 'content'}) }}
with respondents as (
    select distinct form, agency_code, period_year
    from {{ ref('int_survey__profile') }}
    where exclusion_reason is null
),

list_of_the_day as (
    select respondents.form, respondents.agency_code, respondents.period_year, max(headcount.period_date) as period_date
    from respondents
    inner join {{ ref('stg_catalogue__survey_contract') }} as contract
        on respondents.form = contract.form and contract.poststratify = 'hr'
    inner join (select distinct agency_code, period_date from {{ ref('fct_headcount') }}) as headcount
        on respondents.agency_code = headcount.agency_code
        and {{ year_of('headcount.period_date') }} = respondents.period_year
        and headcount.period_date <= coalesce(contract.reference_date, {{ last_day_of_year('respondents.period_year') }})
    group by respondents.form, respondents.agency_code, respondents.period_year
)

select
    list.form,
    list.agency_code,
    list.period_year,
    headcount.gender,
    grade.grade_band,
    cast(sum(headcount.n_staff) as {{ dbt.type_float() }}) as n_population
from list_of_the_day as list
inner join {{ ref('fct_headcount') }} as headcount
    on list.agency_code = headcount.agency_code and list.period_date = headcount.period_date
inner join {{ ref('dim_grade') }} as grade on headcount.grade = grade.grade
where headcount.gender in ('woman', 'man')
group by list.form, list.agency_code, list.period_year, headcount.gender, grade.grade_band

union all

select total.form, total.agency_code, respondents.period_year, total.gender, total.grade_band, total.n_population
from {{ ref('stg_catalogue__survey_total') }} as total
inner join respondents on total.form = respondents.form and total.agency_code = respondents.agency_code
