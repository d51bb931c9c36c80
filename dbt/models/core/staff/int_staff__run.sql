-- One row per person and run of successive staff lists on which nothing about the person changed: what a history is read from, as its
-- rows grow with what happens and not with the number of lists. A list that comes or changes makes the runs again from there on.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='run_id',
    on_schema_change='sync_all_columns',
    indexes=[{'columns': ['run_id']}],
    meta={'lists': {'from': ['int_staff__person_period', 'int_staff__snapshot']}},
    pre_hook="{{ delete_runs() }}"
) }}
{%- set state = [
    'gender', 'grade', 'rank_name', 'is_acting', 'rank_from', 'rank_to', 'unit_name', 'hire_date', 'separation_date', 'date_precision',
    'is_stock',
] %}
{%- set same = [] %}
{%- for column in state %}{% do same.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '~')") %}{% do same.append("'|'") %}{% endfor %}
with listed as (
    select
        person_period.agency_code, person_period.person_key, person_period.period_date,
        person_period.period_date as first_date, snapshot.previous_date,
        {{ keys_of('person_period', state) }}
    from {{ ref('int_staff__person_period') }} as person_period
    inner join {{ ref('int_staff__snapshot') }} as snapshot
        on person_period.agency_code = snapshot.agency_code and person_period.period_date = snapshot.period_date
    {% if is_incremental() %}
    inner join ({{ first_lists_to_build() }}) as start
        on person_period.agency_code = start.agency_code and person_period.period_date >= start.from_date

    union all

    -- Runs that reach up to the list before: each goes on, or ends there.
    select
        run.agency_code, run.person_key, before_start.period_date,
        run.first_seen_date as first_date, cast(null as date) as previous_date,
        {{ keys_of('run', state) }}
    from {{ this }} as run
    inner join (
        select start.agency_code, max(snapshot.period_date) as period_date
        from ({{ first_lists_to_build() }}) as start
        inner join {{ ref('int_staff__snapshot') }} as snapshot
            on start.agency_code = snapshot.agency_code and snapshot.period_date < start.from_date
        group by start.agency_code
    ) as before_start
        on run.agency_code = before_start.agency_code
        and run.first_seen_date <= before_start.period_date and run.last_seen_date >= before_start.period_date
    {% endif %}
),

stated as (
    select *, {{ dbt.concat(same) }} as state from listed
),

edged as (
    select
        *,
        case
            when lag(period_date) over person = previous_date and lag(state) over person = state then 0
            else 1
        end as begins
    from stated
    window person as (partition by agency_code, person_key order by period_date)
),

numbered as (
    select
        *,
        sum(begins) over (partition by agency_code, person_key order by period_date rows unbounded preceding) as run_no
    from edged
)

select
    {{ row_key(['agency_code', 'person_key', 'min(first_date)']) }} as run_id,
    agency_code,
    person_key,
    min(first_date) as first_seen_date,
    max(period_date) as last_seen_date,
    {{ state | join(', ') }}
from numbered
group by agency_code, person_key, run_no, {{ state | join(', ') }}
