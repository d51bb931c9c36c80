-- REP-05: how differently women and men are spread over the functions, of those whose function is known.
with counts as (
    select *
    from ({{ women_and_men_by("function_code") }}) as by_function
    where category is not null
),

{{ dissimilarity('REP-05', 'counts') }}
