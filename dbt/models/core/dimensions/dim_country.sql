-- Countries, with the day on which each joined ASEAN.
select country_code, country_name, asean_since_date
from {{ ref('stg_catalogue__country') }}
