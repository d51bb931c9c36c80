{# Width in points between the least and the greatest women's share that is possible while `more_women` women and `more_men` men may each
   belong to the `both` women and men who are counted, of whom `women` are women: (w + mw) / (b + mw) − w / (b + mm).
   People in the count whose sex is not known are `more` of both. #}
{% macro share_bounds_width(women, both, more_women, more_men) -%}
    cast(100.0 as {{ dbt.type_float() }}) * (
        coalesce(({{ women }} + {{ more_women }}) / nullif(cast({{ both }} + {{ more_women }} as {{ dbt.type_float() }}), 0), 0)
        - coalesce({{ women }} / nullif(cast({{ both }} + {{ more_men }} as {{ dbt.type_float() }}), 0), 0)
    )
{%- endmacro %}
