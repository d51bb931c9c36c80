-- One row per staff list that the core's models of lists hold, with the version it was made from: the next run makes only what differs.
-- depends_on: {{ ref('int_staff__person_period') }} {{ ref('int_staff__run') }} {{ ref('fct_headcount') }} {{ ref('fct_pay') }}
-- depends_on: {{ ref('int_staff__year_tally') }} {{ ref('int_pay__year') }} {{ ref('int_staff__promotion_year') }}
{{ config(materialized='table') }}
select contract, agency_code, period_date, version
from {{ ref('stg_hr__effective_delivery') }}
where grain = 'roster'
