-- REP-03: women's share of the staff of border and transit posts, by agency, its grade bands, country and agency type.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where post_type is not null
    group by agency_code, period_year, period_date, gender

    union all

    select agency_code, period_year, period_date, grade_band, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where post_type is not null and grade_band is not null
    group by agency_code, period_year, period_date, grade_band, gender
),

{{ women_share_cells('REP-03', 'counts') }}
