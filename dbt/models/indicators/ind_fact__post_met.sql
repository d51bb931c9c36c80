-- One row per assessed post and indicator: whether the post has what the indicator asks for; empty where that does not follow from what is known.
with post as (
    select
        agency_code,
        period_year,
        period_date,
        post_no,
        post_type,
        max(case when item = 'womens_toilets' then answer_value end) as toilets,
        max(case when item = 'changing_room' then answer_value end) as changing_room,
        max(case when item = 'nursing_room' then answer_value end) as nursing_room,
        max(case when item = 'residential' then answer_value end) as residential,
        max(case when item = 'womens_accommodation' then answer_value end) as accommodation,
        max(case when item = 'woman_every_shift' then answer_value end) as woman_every_shift
    from {{ ref('fct_fact_finding') }}
    where subject = 'post'
    group by agency_code, period_year, period_date, post_no, post_type
),

judged as (
    select
        'INF-01' as indicator_code, post.*,
        case when toilets = 0 or changing_room = 0 then 0 when toilets = 1 and changing_room = 1 then 1 end as met
    from post

    union all

    select
        'INF-02', post.*,
        case
            when nursing_room = 0 or (residential = 1 and accommodation = 0) then 0
            when nursing_room = 1 and (residential = 0 or accommodation = 1) then 1
        end
    from post

    union all

    select 'VIC-03', post.*, woman_every_shift
    from post
    where post_type in ('border', 'port', 'airport')
)

select
    {{ row_key(['judged.agency_code', 'judged.period_year', 'judged.post_no', 'judged.indicator_code']) }} as post_met_id,
    judged.indicator_code,
    agency.country_code,
    judged.agency_code,
    agency.agency_type,
    agency.provenance,
    judged.period_year,
    judged.period_date,
    judged.post_no,
    judged.post_type,
    cast(judged.met as integer) as met
from judged
inner join {{ ref('dim_agency') }} as agency
    on judged.agency_code = agency.agency_code and judged.period_date between agency.valid_from and agency.valid_to
