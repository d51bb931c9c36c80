-- REC-02: women's share of the hires of a year that the agency's observation covers whole.
with counts as (
    select
        event.agency_code,
        covered.period_year,
        {{ last_day_of_year('covered.period_year') }} as period_date,
        'all' as grade_band,
        event.gender,
        count(*) as n
    from {{ ref('fct_staff_event') }} as event
    inner join {{ ref('int_staff__covered_year') }} as covered
        on event.agency_code = covered.agency_code and {{ year_of('event.event_date') }} = covered.period_year
    where event.event_type = 'hire'
    group by event.agency_code, covered.period_year, event.gender
),

{{ women_share_cells('REC-02', 'counts') }}
