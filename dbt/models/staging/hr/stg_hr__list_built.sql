-- One row per staff list that stg_hr__staff holds, with the version it was made from: the next run makes only what differs.
-- depends_on: {{ ref('stg_hr__staff') }}
{{ config(materialized='table') }}
select contract, agency_code, period_date, version
from {{ ref('stg_hr__effective_delivery') }}
where grain = 'roster'
