-- Survey items: those of the questionnaire, and those that an indicator uses.
with items as (
    select item from {{ ref('stg_catalogue__survey_item') }}
    union
    select used.item
    from {{ ref('stg_catalogue__indicator_item') }} as used
    inner join {{ ref('stg_catalogue__indicator') }} as indicator
        on used.indicator_code = indicator.indicator_code and indicator.source = 'survey'
)

select items.item, wording.text_en
from items
left join {{ ref('stg_catalogue__survey_item') }} as wording on items.item = wording.item
