-- What a fact-finding form asks, and what each question tells of: an agency's policies, or a post.
select form, item, subject, text_en
from {{ source('raw', 'catalogue_fact_item') }}
