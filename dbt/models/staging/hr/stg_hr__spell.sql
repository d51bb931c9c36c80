-- One row per spell of service that an agency reports as such: the delivery that counts of each contract, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
{{ hr_coded_rows('spells') }}
