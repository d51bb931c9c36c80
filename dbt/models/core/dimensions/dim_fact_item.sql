-- Questions of fact-finding, each with what it tells of.
select item, min(subject) as subject, min(text_en) as text_en
from {{ ref('stg_catalogue__fact_item') }}
group by item
