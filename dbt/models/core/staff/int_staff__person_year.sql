-- One row per spell and covered year: the time at risk that falls in it.
-- Dates of month precision stand for the middle of the month (hired at h + ½, left at s + ½, in months); days are counted as they are.
-- Time is kept in the source's unit, so that sums stay exact, with the number of units that make a year.
with eligible as (
    select spell.*, covered.period_year
    from {{ ref('int_staff__spell') }} as spell
    inner join {{ ref('int_staff__covered_year') }} as covered on spell.agency_code = covered.agency_code
    where spell.exclusion_reason is null
        and (spell.started_date is null or spell.started_date <= {{ last_day_of_year('covered.period_year') }})
        and (spell.ended_date is null or spell.ended_date >= {{ first_day('covered.period_year') }})
),

measured as (
    select
        spell_id,
        agency_code,
        person_key,
        gender,
        last_grade as grade,
        period_year,
        case when date_precision = 'month' then 12.0 else 365.25 end as n_units_per_year,
        case
            when date_precision = 'month' then greatest(
                least(
                    coalesce(12 * {{ year_of('ended_date') }} + {{ month_of('ended_date') }} - 0.5, 12 * (period_year + 1)),
                    12 * (period_year + 1)
                )
                - greatest(
                    coalesce(12 * {{ year_of('started_date') }} + {{ month_of('started_date') }} - 0.5, 12 * period_year),
                    12 * period_year
                ),
                0
            )
            else greatest(
                {{ days_between(
                    'greatest(coalesce(started_date, ' ~ first_day('period_year') ~ '), ' ~ first_day('period_year') ~ ')',
                    'least(coalesce(ended_date, ' ~ first_day('period_year + 1') ~ '), ' ~ first_day('period_year + 1') ~ ')'
                ) }},
                0
            )
        end as n_units
    from eligible
)

select
    spell_id,
    agency_code,
    person_key,
    gender,
    grade,
    period_year,
    cast(n_units as {{ dbt.type_float() }}) as n_units,
    cast(n_units_per_year as {{ dbt.type_float() }}) as n_units_per_year
from measured
where n_units > 0
