-- Cronbach's alpha of each indicator of two items or more, by survey, year and agency, and of all its agencies together (`all`), from the
-- covariances of all who answered both items of a pair. alpha = k/(k − 1)·(1 − trace C/sum C), unweighted, as R's psych::alpha gives it with
-- pairwise-complete answers. Under 0 the items contradict each other.
with answers as (
    select
        respondent.form,
        respondent.agency_code,
        response.period_year,
        item.indicator_code,
        response.submission_id,
        item.item,
        case when item.is_reversed then 6 - response.answer_value else response.answer_value end as answer
    from {{ ref('fct_survey_response') }} as response
    inner join {{ ref('int_survey__respondent') }} as respondent
        on response.form = respondent.form and response.submission_id = respondent.submission_id
    inner join {{ ref('stg_catalogue__indicator_item') }} as item on response.item = item.item
    inner join {{ ref('dim_indicator') }} as indicator on item.indicator_code = indicator.indicator_code and indicator.score = 'mean'
    where response.is_valid
),

pairs as (
    select
        one.form,
        one.agency_code,
        one.period_year,
        one.indicator_code,
        one.item,
        other.item as other_item,
        count(*) as n,
        cast(sum(one.answer * other.answer) as {{ dbt.type_float() }}) as sum_xy,
        cast(sum(one.answer) as {{ dbt.type_float() }}) as sum_x,
        cast(sum(other.answer) as {{ dbt.type_float() }}) as sum_y
    from answers as one
    inner join answers as other
        on one.form = other.form and one.submission_id = other.submission_id and one.indicator_code = other.indicator_code
    group by one.form, one.agency_code, one.period_year, one.indicator_code, one.item, other.item
),

placed as (
    select * from pairs

    union all

    select
        form, 'all' as agency_code, period_year, indicator_code, item, other_item,
        sum(n) as n, sum(sum_xy) as sum_xy, sum(sum_x) as sum_x, sum(sum_y) as sum_y
    from pairs
    group by form, period_year, indicator_code, item, other_item
),

covariances as (
    select *, (sum_xy - sum_x * sum_y / n) / nullif(n - 1, 0) as covariance
    from placed
)

select
    {{ row_key(['form', 'agency_code', 'period_year', 'indicator_code']) }} as reliability_id,
    form,
    agency_code,
    cast(period_year as integer) as period_year,
    indicator_code,
    cast(count(distinct item) as integer) as n_items,
    cast(min(n) as integer) as n_fewest,
    -- A pair of items that nobody, or one person, answered both of has no covariance.
    case
        when min(n) > 1 and count(*) = count(distinct item) * count(distinct item)
            then count(distinct item) / (count(distinct item) - 1.0)
                * (1 - {{ exact_sum('case when item = other_item then covariance else 0 end') }} / nullif({{ exact_sum('covariance') }}, 0))
    end as cronbach_alpha
from covariances
group by form, agency_code, period_year, indicator_code
having count(distinct item) > 1
