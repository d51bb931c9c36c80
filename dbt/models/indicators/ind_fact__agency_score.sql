-- One row per agency, year and indicator of its policies: the score from 0 to 1, or none where too little is known.
-- REC-05 and WLC-01 by their formulas; the others are the share in force of the rules that are known, half of them at least.
with answers as (
    select finding.agency_code, finding.period_year, finding.period_date, item.indicator_code, finding.item, finding.answer_value
    from {{ ref('fct_fact_finding') }} as finding
    inner join {{ ref('stg_catalogue__indicator_item') }} as item on finding.item = item.item
    where finding.subject = 'policies'
),

counted as (
    select
        agency_code,
        period_year,
        period_date,
        indicator_code,
        count(*) as n_items,
        count(answer_value) as n_known,
        {{ exact_sum('answer_value') }} as n_met,
        max(case when item = 'maternity_weeks' then answer_value end) as weeks,
        max(case when item = 'maternity_pay_pct' then answer_value end) as pay_pct
    from answers
    group by agency_code, period_year, period_date, indicator_code
),

scored as (
    select
        *,
        case
            when indicator_code = 'WLC-01' and weeks = 0 then 0
            -- The least of one and nothing would be one.
            when indicator_code = 'WLC-01' and n_known = 2 then least(1, weeks / 14) * least(1, pay_pct / 100 / 0.667)
            when indicator_code = 'WLC-01' then null
            when n_known * 2 >= n_items then n_met / nullif(n_known, 0)
        end as score
    from counted
),

caps as (
    select agency_code, period_year, max(answer_value) as cap_pct
    from {{ ref('fct_fact_finding') }}
    where item = 'intake_cap_pct'
    group by agency_code, period_year
)

select
    {{ row_key(['scored.agency_code', 'scored.period_year', 'scored.indicator_code']) }} as score_id,
    scored.indicator_code,
    agency.country_code,
    scored.agency_code,
    agency.agency_type,
    agency.provenance,
    scored.period_year,
    scored.period_date,
    cast(scored.score as {{ dbt.type_float() }}) as score,
    cast(case when scored.indicator_code = 'WLC-01' then scored.score else scored.n_met end as {{ dbt.type_float() }}) as n_met,
    cast(case
        when scored.indicator_code <> 'WLC-01' then scored.n_known
        when scored.score is not null then 1
        else 0
    end as integer) as n_known,
    cast(case
        when scored.indicator_code = 'WLC-01' and scored.score is not null then 0
        else scored.n_items - scored.n_known
    end as integer) as n_unknown,
    case scored.indicator_code when 'REC-05' then caps.cap_pct when 'WLC-01' then scored.weeks end as reference_value
from scored
inner join {{ ref('dim_agency') }} as agency
    on scored.agency_code = agency.agency_code and scored.period_date between agency.valid_from and agency.valid_to
left join caps on scored.agency_code = caps.agency_code and scored.period_year = caps.period_year
