-- A unit that a contract marks is on a list of its agency, where the agency sends units at all: else its name is misspelt.
{{ config(severity='warn') }}
select unit.contract, unit.name_like
from {{ ref('stg_catalogue__unit') }} as unit
where exists (
        select 1 from {{ ref('fct_headcount') }} as headcount
        where headcount.agency_code = unit.agency_code and headcount.unit_name is not null
    )
    and not exists (
        select 1 from {{ ref('fct_headcount') }} as headcount
        where headcount.agency_code = unit.agency_code and headcount.unit_name like unit.name_like
    )
