-- What each contract's sex codes mean; the blank code is ''.
select contract, coalesce(trim(code), '') as code, gender
from {{ source('raw', 'catalogue_sex_code') }}
