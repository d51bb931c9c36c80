{# An end of Wilson's 95 % interval of the share that `count` is of `base`, in per cent; `side` is + or -. Null where the base is 0. #}
{% macro wilson_end(count, base, side) -%}
    {%- set z = '1.959963984540054' -%}
    least(100, greatest(0, 100 * (
        {{ count }} + {{ z }} * {{ z }} / 2
        {{ side }} {{ z }} * sqrt(({{ count }}) * (({{ base }}) - ({{ count }})) / nullif({{ base }}, 0) + {{ z }} * {{ z }} / 4)
    ) / (({{ base }}) + {{ z }} * {{ z }})))
{%- endmacro %}
