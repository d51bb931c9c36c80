{% test keys_known(model, dimensions) %}
-- Each key of a fact stands in its dimension: as `relationships` of several columns, in one pass over a table that is long.
-- `dimensions`: by column, the dimension and its key.
with keys as (
    select distinct {{ dimensions.keys() | join(', ') }}
    from {{ model }}
)

select keys.*
from keys
{%- for column, dimension in dimensions.items() %}
left join {{ dimension.to }} as dimension_{{ loop.index }} on keys.{{ column }} = dimension_{{ loop.index }}.{{ dimension.field }}
{%- endfor %}
where 1 = 0
    {%- for column, dimension in dimensions.items() %}
    or (keys.{{ column }} is not null and dimension_{{ loop.index }}.{{ dimension.field }} is null)
    {%- endfor %}
{% endtest %}
