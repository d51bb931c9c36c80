-- One row per spell of service read from successive staff lists, for agencies that report no spells themselves.
-- A new spell begins where a hire date lies after the list that last showed the person, or where a leaver is on duty again. A gap
-- alone is no departure: one lost row must not make a leaver and a hire. Who is gone for good without a date left midway between the
-- last list that shows them and the next one. An event that the agency states gives the day where the lists do not.
-- What a release told of its newest list stays: a gap over a sealed list is a departure, as it was told, and gender and day of hire of who
-- was on it are what was stated until then. Who first stands on a later list came after it, and who first stands there as a leaver left after
-- it, unless the day says that the whole spell lies before.
with listed as (
    select
        run.agency_code,
        run.person_key,
        run.first_seen_date,
        run.last_seen_date,
        run.gender,
        run.grade,
        run.separation_date,
        run.date_precision,
        run.is_stock,
        run.hire_date as listed_hire_date,
        greatest(hired.event_date, rehired.event_date) as hire_event_date,
        first_list.previous_date as before_first_seen_date,
        last_list.next_date as after_last_seen_date,
        last_list.sealed_after_date as sealed_after_last_seen_date,
        first_list.first_date,
        first_list.last_date,
        first_list.sealed_before_date,
        first_list.sealed_from_date,
        lag(run.last_seen_date) over person as seen_before_date,
        lag(run.is_stock) over person as was_stock,
        lag(run.hire_date) over person as listed_before_hire_date
    from {{ ref('int_staff__run') }} as run
    inner join {{ ref('int_staff__snapshot') }} as first_list
        on run.agency_code = first_list.agency_code and run.first_seen_date = first_list.period_date
    inner join {{ ref('int_staff__snapshot') }} as last_list
        on run.agency_code = last_list.agency_code and run.last_seen_date = last_list.period_date
    {% for event, name in {'hire': 'hired', 'rehire': 'rehired'}.items() %}
    left join {{ ref('int_staff__event_placed') }} as {{ name }}
        on run.agency_code = {{ name }}.agency_code and run.person_key = {{ name }}.person_key
        and run.first_seen_date = {{ name }}.period_date and {{ name }}.event_type = '{{ event }}'
    {% endfor %}
    where run.agency_code not in (select agency_code from {{ ref('stg_hr__spell') }})
    window person as (partition by run.agency_code, run.person_key order by run.first_seen_date)
),

-- An event says when somebody came who was not in post on the list before.
hired as (
    select
        *,
        coalesce(
            listed_hire_date,
            case
                when seen_before_date is null or seen_before_date < before_first_seen_date or (is_stock and not was_stock) then hire_event_date
            end
        ) as hire_date
    from listed
),

numbered as (
    select
        *,
        sum(
            case
                when seen_before_date is null then 1
                when hire_date > seen_before_date and coalesce(hire_date <> listed_before_hire_date, true) then 1
                when seen_before_date < sealed_before_date then 1
                when is_stock and not was_stock then 1
                else 0
            end
        ) over (partition by agency_code, person_key order by first_seen_date rows unbounded preceding) as spell_no
    from hired
),

bound_to_seal as (
    select
        *,
        coalesce(
            first_seen_date > min(sealed_from_date) over (partition by agency_code, person_key, spell_no), false
        ) as is_after_seal,
        -- The same from the first list that shows a leaver: what it says of the end stays.
        coalesce(
            first_seen_date > min(case when not is_stock then sealed_from_date end) over (partition by agency_code, person_key, spell_no),
            false
        ) as is_after_seal_of_end
    from numbered
),

edged as (
    select
        *,
        row_number() over (partition by agency_code, person_key, spell_no order by first_seen_date) as from_start,
        row_number() over (partition by agency_code, person_key, spell_no order by first_seen_date desc) as from_end,
        row_number() over (
            partition by agency_code, person_key, spell_no order by is_after_seal_of_end, first_seen_date desc
        ) as end_choice,
        -- The latest that is stated: a blank in one month does not unmake the others. Once a list is sealed, the latest until then.
        row_number() over (
            partition by agency_code, person_key, spell_no
            order by is_after_seal, case when gender = 'missing' then 1 else 0 end, first_seen_date desc
        ) as gender_choice,
        row_number() over (
            partition by agency_code, person_key, spell_no
            order by is_after_seal, case when hire_date is null then 1 else 0 end, first_seen_date desc
        ) as hire_date_choice
    from bound_to_seal
),

spells as (
    select
        agency_code,
        person_key,
        spell_no,
        min(date_precision) as date_precision,
        min(first_date) as first_date,
        min(last_date) as last_date,
        max(case when gender_choice = 1 then gender end) as gender,
        max(case when from_start = 1 then grade end) as first_grade,
        max(case when end_choice = 1 then grade end) as last_grade,
        max(case when hire_date_choice = 1 then hire_date end) as hire_date,
        max(case when end_choice = 1 then separation_date end) as stated_separation_date,
        min(case when not is_stock then first_seen_date end) as first_left_date,
        min(case when not is_stock then coalesce(before_first_seen_date, first_seen_date) end) as before_left_date,
        min(case when not is_stock then coalesce(sealed_before_date, cast('1900-01-01' as date)) end) as sealed_before_left_date,
        min(first_seen_date) as first_seen_date,
        max(last_seen_date) as last_seen_date,
        max(case when from_start = 1 then before_first_seen_date end) as before_first_seen_date,
        max(case when from_start = 1 then sealed_before_date end) as sealed_before_date,
        max(case when from_end = 1 then after_last_seen_date end) as after_last_seen_date,
        max(case when from_end = 1 then sealed_after_last_seen_date end) as sealed_after_last_seen_date,
        max(case when is_stock then last_seen_date end) as on_duty_until_date,
        bool_or(from_end = 1 and is_stock) as is_on_duty_when_last_seen
    from edged
    group by agency_code, person_key, spell_no
),

-- A day that the agency states elsewhere ends the spell: from the last list with the person in post to the next list, or to the first that
-- shows a leaver. Who was never on a list in post left since the list before that one.
stated as (
    select
        spells.agency_code, spells.person_key, spells.spell_no, max(event.event_date) as separation_date
    from spells
    inner join {{ ref('int_staff__event_placed') }} as event
        on spells.agency_code = event.agency_code and spells.person_key = event.person_key and event.event_type = 'separation'
        and event.period_date between coalesce(spells.on_duty_until_date, spells.first_left_date)
            and coalesce(spells.first_left_date, spells.after_last_seen_date, spells.last_seen_date)
        and (spells.on_duty_until_date is null or event.event_date >= spells.on_duty_until_date)
    group by spells.agency_code, spells.person_key, spells.spell_no
),

dated as (
    select
        spells.agency_code, spells.person_key, spells.spell_no, spells.date_precision, spells.first_date, spells.last_date,
        spells.gender, spells.first_grade, spells.last_grade, spells.hire_date, spells.first_seen_date, spells.last_seen_date,
        spells.before_first_seen_date, spells.after_last_seen_date, spells.is_on_duty_when_last_seen, spells.sealed_before_date,
        spells.first_left_date, spells.before_left_date,
        coalesce(spells.sealed_after_last_seen_date, spells.last_date) as known_until_date,
        coalesce(
            case
                when spells.stated_separation_date > coalesce(spells.sealed_before_left_date, cast('1900-01-01' as date))
                    then spells.stated_separation_date
            end,
            stated.separation_date
        ) as separation_date,
        coalesce(
            spells.first_left_date = spells.first_seen_date and spells.stated_separation_date <= spells.sealed_before_date, false
        ) as is_gone_before_seal
    from spells
    left join stated
        on spells.agency_code = stated.agency_code and spells.person_key = stated.person_key and spells.spell_no = stated.spell_no
),

bounded as (
    select
        *,
        case
            when separation_date is not null and separation_date <= known_until_date then separation_date
            when is_on_duty_when_last_seen then last_seen_date
            else before_left_date
        end as end_from,
        case
            when separation_date is not null and separation_date <= known_until_date then separation_date
            when is_on_duty_when_last_seen then after_last_seen_date
            else first_left_date
        end as end_to
    from dated
),

ended as (
    select
        *,
        (separation_date is null or separation_date > known_until_date) and end_to is not null as is_end_inferred,
        case when end_to is not null then {{ midpoint('coalesce(end_from, end_to)', 'end_to') }} end as ended_date
    from bounded
),

chained as (
    select
        *,
        lag(ended_date) over (partition by agency_code, person_key order by spell_no) as previous_ended_date,
        lag(coalesce(end_from, end_to)) over (partition by agency_code, person_key order by spell_no) as previous_end_from,
        lead(case when sealed_before_date is null or hire_date > sealed_before_date then hire_date end)
            over (partition by agency_code, person_key order by spell_no) as next_hire_date
    from ended
),

closed as (
    select
        chained.*,
        case
            when chained.is_end_inferred and chained.next_hire_date >= chained.end_from then least(chained.ended_date, chained.next_hire_date)
            else chained.ended_date
        end as left_date,
        -- A hire date within an earlier spell is that spell's: the day of return is then known only between two lists. So it is with one
        -- before a sealed list without the person.
        (
            chained.hire_date is not null
            and (chained.previous_end_from is null or chained.hire_date >= chained.previous_end_from)
            and (chained.sealed_before_date is null or chained.hire_date > chained.sealed_before_date)
        ) as is_hire_date_own,
        -- Nobody comes after leaving: where the end lies before the list before, so does the start.
        case
            when chained.end_to <= chained.before_first_seen_date then left_between.previous_date
            else chained.before_first_seen_date
        end as after_date
    from chained
    left join {{ ref('int_staff__snapshot') }} as left_between
        on chained.agency_code = left_between.agency_code and chained.end_to <= left_between.period_date
        and (left_between.previous_date is null or chained.end_to > left_between.previous_date)
),

started as (
    select
        *,
        case
            when is_hire_date_own then hire_date
            when coalesce(after_date, previous_ended_date) is not null
                then greatest(least({{ midpoint('after_date', 'least(first_seen_date, end_to)') }}, left_date), previous_ended_date)
        end as started_date
    from closed
)

select
    agency_code,
    person_key,
    cast(spell_no as integer) as spell_no,
    gender,
    first_grade,
    last_grade,
    date_precision,
    started_date,
    case when is_hire_date_own then hire_date else after_date end as start_from,
    case when is_hire_date_own then hire_date else least(first_seen_date, end_to) end as start_to,
    (not is_hire_date_own) as is_start_inferred,
    left_date as ended_date,
    case when ended_date is not null then coalesce(end_from, end_to) end as end_from,
    end_to,
    is_end_inferred,
    case
        when is_gone_before_seal then 'gone before a sealed list'
        when left_date < started_date then 'left before hired'
    end as exclusion_reason
from started
