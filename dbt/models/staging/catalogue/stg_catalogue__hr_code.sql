-- What each contract's function, sworn and active codes mean.
select contract, kind, coalesce(trim(code), '') as code, value
from {{ source('raw', 'catalogue_hr_code') }}
