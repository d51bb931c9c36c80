{% test unique_together(model, columns) %}
-- No two rows share the same values in these columns.
select {{ columns | join(', ') }}, count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
