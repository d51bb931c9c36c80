-- One row per row of a staff list: the newest delivery of each contract and period, codes translated.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}
{{ hr_coded_rows('roster') }}
