-- REP-01 of mid-years: women's share of personnel of large agencies in June, whole and by grade band. Nothing above an agency, and no other
-- indicator, is computed from it.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, gender, sum(n_staff) as n
    from {{ ref('int_staff__mid_year') }}
    group by agency_code, period_year, period_date, gender

    union all

    select agency_code, period_year, period_date, grade_band, gender, sum(n_staff) as n
    from {{ ref('int_staff__mid_year') }}
    where grade_band is not null
    group by agency_code, period_year, period_date, grade_band, gender
),

{{ women_share_cells('REP-01', 'counts', period='mid-year') }}
