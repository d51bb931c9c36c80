-- Functions of posts.
select function_code, function_label
from {{ ref('stg_catalogue__function') }}
