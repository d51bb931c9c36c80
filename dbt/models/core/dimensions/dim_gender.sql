-- Gender in six states, never merged silently.
select gender, gender_label, sort_order
from {{ ref('stg_catalogue__gender') }}
