-- REP-04: how differently women and men are spread over the common grades. Who stands off the ladder has no grade, and is left out.
with counts as (
    select *
    from ({{ women_and_men_by("grade") }}) as by_grade
    where category is not null
),

{{ dissimilarity('REP-04', 'counts') }}
