-- One row per agency: the days over which its hires and separations can be seen.
-- Staff lists show what happened after the first of them; a contract of spells says its window itself, once a delivery of it
-- counts: until then flows stay those of the lists.
select agency_code, min(observed_from) as observed_from, max(observed_to) as observed_to
from {{ ref('stg_catalogue__hr_contract') }}
where grain = 'spells' and observed_from is not null and observed_to is not null
    and contract in (select contract from {{ ref('stg_hr__spell') }})
group by agency_code

union all

select agency_code, {{ add_days('min(first_date)', '1') }} as observed_from, max(last_date) as observed_to
from {{ ref('int_staff__snapshot') }}
where agency_code not in (select agency_code from {{ ref('stg_hr__spell') }})
group by agency_code
