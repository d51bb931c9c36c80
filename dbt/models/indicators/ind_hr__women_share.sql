-- REP-01: women's share of personnel, by agency, country and agency type; of an agency also by grade band, function, sworn or civilian, age, and
-- whether at a border post.
with counts as (
    select agency_code, period_year, period_date, 'all' as grade_band, 'none' as breakdown, 'all' as breakdown_value, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    group by agency_code, period_year, period_date, gender

    union all

    select agency_code, period_year, period_date, grade_band, 'none' as breakdown, 'all' as breakdown_value, gender, sum(n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }}
    where grade_band is not null
    group by agency_code, period_year, period_date, grade_band, gender

    union all

    select agency_code, period_year, period_date, 'all' as grade_band, breakdown, breakdown_value, gender, n_staff as n
    from {{ ref('ind_hr__stock_by') }}
    where breakdown in ('function', 'sworn_civilian', 'age_band', 'border_post')
),

{{ women_share_cells('REP-01', 'counts', has_breakdown=true) }}
