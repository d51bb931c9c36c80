{# Raking by iterative proportional fitting: `cells` (stratum, gender, grade_band, people, gender_people, band_people) brought to the margins of
   their stratum in turn, `rounds` times; ends in the CTE `name`, with `margin_error`, the greatest relative error of the stratum's margins.
   A round lessens the error by the squared correlation of gender and band, so 25 leave less than 1e-8 where that is under 0.47.
   Sums over a window are in a fixed order, so that their last digit is the same in every run. #}
{% macro raked(cells, name, rounds=25) %}
{%- set margins = {'gender': 'gender_people', 'grade_band': 'band_people'} -%}
{%- set columns = 'stratum, gender, grade_band, gender_people, band_people' -%}
{{ name }}_0 as (
    select {{ columns }}, people
    from {{ cells }}
),
{% for round in range(rounds) %}
{%- for margin, total in margins.items() %}
{%- set step = 2 * round + loop.index0 %}
{{ name }}_{{ step + 1 }} as (
    select
        {{ columns }},
        people * {{ total }} / sum(people) over (
            partition by stratum, {{ margin }} order by gender, grade_band rows between unbounded preceding and unbounded following
        ) as people
    from {{ name }}_{{ step }}
),
{%- endfor %}
{%- endfor %}

{{ name }} as (
    select {{ columns }}, people, max(gender_error) over (partition by stratum) as margin_error
    from (
        select
            *,
            abs(sum(people) over (
                partition by stratum, gender order by grade_band rows between unbounded preceding and unbounded following
            ) / gender_people - 1) as gender_error
        from {{ name }}_{{ 2 * rounds }}
    ) as judged
)
{% endmacro %}
