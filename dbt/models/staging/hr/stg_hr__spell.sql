-- One row per spell of service that an agency reports as such: the newest delivery of each contract, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
{{ hr_coded_rows('spells') }}
