-- DEP-02: women's share of the staff of units that work against trafficking and smuggling.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where is_counter_trafficking
    group by agency_code, period_year, period_date, gender
),

{{ women_share_cells('DEP-02', 'counts') }}
