-- One row per country that an agency may belong to.
select country_code, name as country_name, asean_since as asean_since_date
from {{ source('raw', 'catalogue_country') }}
