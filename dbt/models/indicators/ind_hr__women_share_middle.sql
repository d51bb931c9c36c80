-- PRO-02: women's share of common grades 4 to 6.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where grade between 4 and 6
    group by agency_code, period_year, period_date, gender
),

{{ women_share_cells('PRO-02', 'counts') }}
