-- One row per contract, agency and period, and per year of a register's rows: the delivery that counts for figures (docs/how-to/releases.md).
-- Parity decides it before this layer is built (publication/effective.py), and releases are built from it. On Spark, which no release reads,
-- and with `--vars 'deliveries: newest'`, for tests of other models, the newest delivery counts.
{{ config(materialized='table', post_hook='{{ analyze() }}', meta={'version': 'content'}) }}
{%- if var('deliveries', 'newest' if target.type == 'spark' else 'effective') == 'newest' %}
select
    contract,
    agency_code,
    period_date,
    delivery_no,
    grain,
    version,
    false as is_sealed,
    cast('1900-01-01' as date) as rows_from,
    cast('9999-12-31' as date) as rows_to
from {{ ref('stg_hr__newest_delivery') }}
{%- else %}
select
    effective.contract,
    effective.agency_code,
    effective.period_date,
    effective.delivery_no,
    contract.grain,
    {{ delivery_version('effective.delivery_no', 'delivery.rekeyed_at', 'contract.mapping_hash') }} as version,
    effective.is_sealed,
    case when effective.rows_year = 0 then cast('1900-01-01' as date) else {{ first_day('effective.rows_year') }} end as rows_from,
    case when effective.rows_year = 0 then cast('9999-12-31' as date) else {{ last_day_of_year('effective.rows_year') }} end as rows_to
from {{ source('ops', 'effective_delivery') }} as effective
inner join {{ source('raw', 'hr_delivery') }} as delivery on effective.delivery_no = delivery.delivery_no
left join {{ ref('stg_catalogue__hr_contract') }} as contract on effective.contract = contract.contract
{%- endif %}
