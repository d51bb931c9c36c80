{# The last digits of a float are noise: what is 1e-9 short of a bound has reached it, as in publication/rounding.py. Counts are compared as
   whole numbers instead. #}
{% macro at_least(value, bound) -%} ({{ value }} >= {{ bound }} - 1e-9) {%- endmacro %}

{# Whole years until `change` a year makes up for what is `owed`. #}
{% macro whole_years(owed, change) -%} ceiling({{ owed }} / {{ change }} - 1e-9) {%- endmacro %}
