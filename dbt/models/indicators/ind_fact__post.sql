-- INF-01, INF-02 and VIC-03: of the posts assessed in a year and known, those that have it, by agency, country and agency type.
with posts as (
    select
        *,
        case when met is not null then 1 else 0 end as n_known,
        1 as n_posts
    from {{ ref('ind_fact__post_met') }}
),

placed as (
    {{ rolled_up('posts', ['met', 'n_known', 'n_posts'], ['indicator_code']) }}
),

by_type as (
    {{ rolled_up("(select * from posts where indicator_code = 'INF-01' and post_type is not null) as typed", ['met', 'n_known', 'n_posts'],
        ['indicator_code', 'post_type']) }}
),

cells as (
    select indicator_code, {{ place_columns() }}, 'none' as breakdown, 'all' as breakdown_value, met, n_known, n_posts
    from placed

    union all

    select
        indicator_code, {{ place_columns() | replace('level', "'agency_breakdown'") }}, 'post_type', post_type, met, n_known, n_posts
    from by_type
    where level = 'agency'
)

select
    indicator_code,
    {{ place_columns() }},
    breakdown,
    breakdown_value,
    met as numerator,
    n_known as denominator,
    cast(n_known as integer) as n,
    'posts' as base_unit,
    cast(n_posts - n_known as integer) as n_unknown,
    cast(100.0 as {{ dbt.type_float() }}) * met / nullif(n_known, 0) as estimate,
    cast(null as {{ dbt.type_float() }}) as reference_value,
    'share of posts assessed' as method,
    case when n_known = 0 then 'not available: the answers are not known' end as unavailable_reason
from cells
