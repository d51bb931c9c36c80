-- REC-01: women's share of the applicants of a year, of all its rounds and, of an agency, of each. A year or a round with a count that is only
-- known within bounds has no figure.
with applied as (
    select
        agency_code,
        {{ year_of('period_date') }} as period_year,
        {{ last_day_of_year(year_of('period_date')) }} as period_date,
        round_name,
        gender,
        n_low,
        n_high - n_low as n_open
    from {{ ref('fct_applicant') }}
    where stage = 'applied'
),

counts as (
    select
        agency_code, period_year, period_date, 'none' as breakdown, 'all' as breakdown_value, gender, sum(n_low) as n, sum(n_open) as n_open
    from applied
    group by agency_code, period_year, period_date, gender

    union all

    select
        agency_code, period_year, period_date, 'intake_round' as breakdown, round_name as breakdown_value, gender, sum(n_low) as n,
        sum(n_open) as n_open
    from applied
    where round_name is not null
    group by agency_code, period_year, period_date, round_name, gender
),

exact as (
    select agency_code, period_year, period_date, 'all' as grade_band, breakdown, breakdown_value, gender, n
    from (
        select *, sum(n_open) over (partition by agency_code, period_year, breakdown, breakdown_value) as n_open_all
        from counts
    ) as counted
    where n_open_all = 0
),

{{ women_share_cells('REC-01', 'exact', has_breakdown=true) }}
