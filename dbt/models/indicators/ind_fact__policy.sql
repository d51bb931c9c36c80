-- REC-05, WLC-01, WLC-02, HAR-07, LDR-01 and LDR-05: each agency's score, and the plain mean of its agencies for a country and an agency type.
with scores as (
    select
        *,
        case when score is not null then 1 else 0 end as n_scored,
        1 as n_agencies
    from {{ ref('ind_fact__agency_score') }}
),

cells as (
    {{ rolled_up('scores', ['score', 'n_scored', 'n_agencies', 'n_met', 'n_known', 'n_unknown', 'reference_value'], ['indicator_code']) }}
)

select
    cells.indicator_code,
    {% for column in place_columns().split(', ') %}cells.{{ column }}, {% endfor %}
    case when cells.level = 'agency' then cells.n_met else cells.score end as numerator,
    case when cells.level = 'agency' then cells.n_known else cells.n_scored end as denominator,
    cast(cells.n_scored as integer) as n,
    'agencies' as base_unit,
    cast(case when cells.level = 'agency' then cells.n_unknown else cells.n_agencies - cells.n_scored end as integer) as n_unknown,
    case when indicator.unit = 'pct' then 100 else 1 end * cells.score / nullif(cells.n_scored, 0) as estimate,
    case when cells.level = 'agency' then cells.reference_value end as reference_value,
    case
        when cells.level <> 'agency' then 'mean over agencies'
        when cells.indicator_code in ('REC-05', 'WLC-01') then 'as the agency states it'
        else 'share of the rules known that are in force'
    end as method,
    case when cells.n_scored = 0 then 'not available: most of the answers are not known' end as unavailable_reason
from cells
inner join {{ ref('dim_indicator') }} as indicator on cells.indicator_code = indicator.indicator_code
