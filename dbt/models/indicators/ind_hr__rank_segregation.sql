-- REP-04: how differently women and men are spread over the common grades; who stands off the ladder is a group of its own.
with graded_agency as (
    select agency_code, period_year
    from {{ ref('ind_hr__year_end_stock') }}
    where grade is not null
    group by agency_code, period_year
),

counts as (
    select by_grade.*
    from ({{ women_and_men_by("coalesce(grade, 0)") }}) as by_grade
    inner join graded_agency
        on by_grade.agency_code = graded_agency.agency_code and by_grade.period_year = graded_agency.period_year
),

{{ dissimilarity('REP-04', 'counts') }}
