-- REP-03: women's share of the staff of border and transit posts, by agency, country and agency type; of an agency also by grade band and kind of
-- post.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, 'none' as breakdown, 'all' as breakdown_value, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where post_type is not null
    group by agency_code, period_year, period_date, gender

    union all

    select agency_code, period_year, period_date, grade_band, 'none' as breakdown, 'all' as breakdown_value, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where post_type is not null and grade_band is not null
    group by agency_code, period_year, period_date, grade_band, gender

    union all

    select agency_code, period_year, period_date, 'all' as grade_band, breakdown, breakdown_value, gender, n_staff as n
    from {{ ref('ind_hr__stock_by') }}
    where breakdown = 'post_type'
),

{{ women_share_cells('REP-03', 'counts', has_breakdown=true) }}
