{# Whether the person of a row is in post on the day of the staff list. #}
{% macro is_in_post() -%}
((separation_date is null or separation_date > period_date) and coalesce(status, 'active') <> 'left')
{%- endmacro %}

{# Whether the person of a row has come by the day of the staff list: who is announced is not on it yet. #}
{% macro has_come() -%}
(hire_date is null or hire_date <= period_date)
{%- endmacro %}

{# One row for each person of a list who has come by its day, with is_stock. If a list has several rows of a person, the row in post counts, then the highest common
   grade, then the highest salary, then the first rank by name. `rows`: a relation, or a name of one, with its alias. #}
{% macro row_of_each_person(rows, where='1 = 1') -%}
select *
    from (
        select
            *,
            row_number() over (
                partition by agency_code, person_key, period_date
                order by is_stock desc, grade desc nulls last, salary desc nulls last, rank_name, staff_row_id
            ) as choice
        from (
            select
                *,
                {{ is_in_post() }} as is_stock
            from {{ rows }}
            where {{ where }} and {{ has_come() }}
        ) as placed
    ) as ranked
    where choice = 1
{%- endmacro %}
