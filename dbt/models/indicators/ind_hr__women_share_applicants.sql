-- REC-01: women's share of the applicants of a year, of all its rounds. A year with a count that is only known within bounds has no figure.
with counts as (
    select
        agency_code,
        {{ year_of('period_date') }} as period_year,
        {{ last_day_of_year(year_of('period_date')) }} as period_date,
        'all' as grade_band,
        gender,
        sum(n_low) as n,
        sum(n_high - n_low) as n_open
    from {{ ref('fct_applicant') }}
    where stage = 'applied'
    group by 1, 2, 3, gender
),

exact as (
    select agency_code, period_year, period_date, grade_band, gender, n
    from (
        select *, sum(n_open) over (partition by agency_code, period_year) as n_open_all
        from counts
    ) as judged
    where n_open_all = 0
),

{{ women_share_cells('REC-01', 'exact') }}
