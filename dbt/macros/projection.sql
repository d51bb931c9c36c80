{# People after `years` years of which each hires `hired` and loses the share `leave`: W(t + 1) = W(t)(1 − l) + h in closed form. #}
{% macro stock_after(people, hired, leave, years) -%}
    case
        when {{ leave }} > 0
            then {{ hired }} / {{ leave }} + ({{ people }} - {{ hired }} / {{ leave }}) * power(greatest(1 - {{ leave }}, 0), {{ years }})
        else {{ people }} + {{ hired }} * {{ years }}
    end
{%- endmacro %}

{# A value that a trend leads to, kept where its unit lets it be: no share is under 0 % or over 100 %. #}
{% macro within_unit(value, unit) -%}
    case when {{ unit }} = 'pct' and {{ value }} < 0 then 0 when {{ unit }} = 'pct' and {{ value }} > 100 then 100 else {{ value }} end
{%- endmacro %}
