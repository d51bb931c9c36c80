{% test keys_known(model, dimensions) %}
-- Each key of a fact stands in its dimension: as `relationships` of several columns, in one pass over a table that is long.
-- `dimensions`: by column, the dimension and its key.
with keys as (
    select distinct {{ dimensions.keys() | join(', ') }}
    from {{ model }}
)

select *
from keys
where 1 = 0
    {%- for column, dimension in dimensions.items() %}
    or ({{ column }} is not null and {{ column }} not in (select {{ dimension.field }} from {{ dimension.to }}))
    {%- endfor %}
{% endtest %}
