-- One row per agency and year that has mid-year figures: the delivery of its last list of June that counts for them (docs/how-to/releases.md).
-- Parity decides it together with stg_hr__effective_delivery, and apart from it. On Spark, which no release reads, and with
-- `--vars 'deliveries: newest'`, for tests of other models, there are none.
{{ config(materialized='table') }}
{%- if var('deliveries', 'newest' if target.type == 'spark' else 'effective') == 'newest' %}
select contract, agency_code, period_date, delivery_no
from {{ ref('stg_hr__newest_delivery') }}
where 1 = 0
{%- else %}
select contract, agency_code, period_date, delivery_no
from {{ source('ops', 'mid_year_delivery') }}
where delivery_no is not null
{%- endif %}
