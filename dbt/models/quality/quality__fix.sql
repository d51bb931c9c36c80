-- What an agency should mend in a delivery, one row per delivery and kind of fault, with the effect on the indicator that suffers most:
-- the width, in its own points, between the least and the greatest value that is possible as long as it is not mended.
with remedies as (
    {% set remedies = {
        'row quarantined': ['REP-01', 'Correct the cells and send the period again; `parity hr check --annotate` marks them.'],
        'code not in the contract': ['REP-01', 'Say what the code means, so that the contract can map it, or correct the cells.'],
        'sex not known': ['REP-01', 'Fill in the sex as the personnel record states it.'],
        'sex restated': ['REP-01', 'Say which of the two is right, and correct the other period.'],
        'list looks partial': ['REP-01', 'Send the whole list of the period.'],
        'rank not known': ['PRO-01', 'Fill in the rank, or say which grade the rank stands for.'],
        'missing from the list': ['RET-01', 'Put the people back into the period, or state when they left.'],
        'late row': ['REC-02', 'State the day of appointment, or add the people to the earlier periods.'],
        'period not sent': ['RET-01', 'Send the list of the months that are missing.'],
    } %}
    {% for issue, (indicator, remedy) in remedies.items() %}
    select '{{ issue }}' as issue, '{{ indicator }}' as indicator_code, '{{ remedy }}' as remedy
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

delivery as (
    select delivery_no, contract, file_name, delivered_at, n_rows, grain from {{ source('raw', 'hr_delivery') }}
),

covered as (
    select
        delivery_no, agency_code, min(period_date) as first_period, max(period_date) as last_period, sum(n_rows) as n_rows
    from {{ source('raw', 'hr_delivery_period') }}
    group by delivery_no, agency_code
),

-- Flows between lists are known of those that count.
in_force as (
    select effective.agency_code, effective.period_date, max(effective.delivery_no) as delivery_no
    from {{ ref('stg_hr__effective_delivery') }} as effective
    where effective.grain = 'roster'
    group by effective.agency_code, effective.period_date
),

-- Who is in post on the newest delivery of each list, and what is not known of them.
listed as (
    select
        person.delivery_no,
        person.agency_code,
        sum(person.n_staff) as n,
        sum(case when person.gender = 'woman' then person.n_staff else 0 end) as n_women,
        sum(case when person.gender in ('woman', 'man') then person.n_staff else 0 end) as n_both,
        sum(case when person.gender not in ('woman', 'man', 'other') then person.n_staff else 0 end) as n_sex_unknown,
        sum(case when person.gender = 'woman' and person.grade between 7 and 9 then person.n_staff else 0 end) as n_women_senior,
        sum(case when person.gender in ('woman', 'man') and person.grade between 7 and 9 then person.n_staff else 0 end) as n_both_senior,
        sum(case when person.gender = 'woman' and person.grade is null then person.n_staff else 0 end) as n_women_without_grade,
        sum(case when person.gender = 'man' and person.grade is null then person.n_staff else 0 end) as n_men_without_grade,
        count(distinct person.period_date) as n_lists
    from {{ ref('int_quality__headcount') }} as person
    group by person.delivery_no, person.agency_code
),

ranked as (
    -- A contract that maps no rank at all has none to mend.
    select * from listed where n_women_without_grade + n_men_without_grade < n_both
),

flows as (
    select
        flow.agency_code, in_force.delivery_no, flow.reason, count(*) as n,
        sum(case when flow.gender = 'woman' then 1 else 0 end) as n_women,
        sum(case when flow.gender = 'man' then 1 else 0 end) as n_men
    from {{ ref('int_staff__flow') }} as flow
    inner join in_force on flow.agency_code = in_force.agency_code and flow.period_date = in_force.period_date
    where flow.reason in ('sex restated', 'missing from the list', 'late row') and (flow.direction = 1 or flow.reason <> 'sex restated')
    group by flow.agency_code, in_force.delivery_no, flow.reason
),

hires as (
    select
        event.agency_code, in_force.delivery_no, count(*) as n,
        sum(case when event.gender = 'woman' then 1 else 0 end) as n_women
    from {{ ref('fct_staff_event') }} as event
    inner join {{ ref('int_staff__snapshot') }} as snapshot
        on event.agency_code = snapshot.agency_code
        and event.event_date > snapshot.previous_date and event.event_date <= snapshot.period_date
    inner join in_force on snapshot.agency_code = in_force.agency_code and snapshot.period_date = in_force.period_date
    where event.event_type = 'hire' and event.gender in ('woman', 'man')
    group by event.agency_code, in_force.delivery_no
),

unknown_codes as (
    select
        delivery_no, column_name,
        {{ dbt.listagg("code", "', '", "order by n_rows desc, code") }} as codes
    from {{ source('quarantine', 'hr_unknown_code') }}
    group by delivery_no, column_name
),

quarantined as (
    select delivery_no, column_name, rule, count(*) as n
    from {{ source('quarantine', 'hr_row') }}
    group by delivery_no, column_name, rule
),

faults as (
    select
        covered.agency_code,
        quarantined.delivery_no,
        case when quarantined.rule = 'code not in the contract' then quarantined.rule else 'row quarantined' end as issue,
        quarantined.column_name,
        case
            when quarantined.rule = 'code not in the contract' then coalesce(unknown_codes.codes, 'codes of few rows')
            else quarantined.rule
        end as detail,
        quarantined.n,
        case
            when delivery.grain in ('roster', 'spells', 'events', 'aggregate')
                then {{ share_bounds_width('0', 'covered.n_rows', 'quarantined.n', 'quarantined.n') }}
        end as effect_points
    from quarantined
    inner join delivery on quarantined.delivery_no = delivery.delivery_no
    inner join covered on quarantined.delivery_no = covered.delivery_no
    left join unknown_codes
        on quarantined.delivery_no = unknown_codes.delivery_no and quarantined.column_name = unknown_codes.column_name

    union all

    select
        agency_code, delivery_no, 'sex not known' as issue, 'sex' as column_name, 'missing, not stated or redacted' as detail,
        n_sex_unknown as n, {{ share_bounds_width('n_women', 'n_both', 'n_sex_unknown', 'n_sex_unknown') }} as effect_points
    from listed
    where n_sex_unknown > 0

    union all

    select
        agency_code, delivery_no, 'rank not known' as issue, 'rank' as column_name, 'no rank, or one without a grade' as detail,
        n_women_without_grade + n_men_without_grade as n,
        {{ share_bounds_width('n_women_senior', 'n_both_senior', 'n_women_without_grade', 'n_men_without_grade') }} as effect_points
    from ranked
    where n_women_without_grade + n_men_without_grade > 0

    union all

    select
        flows.agency_code, flows.delivery_no, flows.reason as issue, '' as column_name, 'against the list before' as detail, flows.n,
        case flows.reason
            -- Separations per 100 person-years, if each of them were one: a year has as many person-years as a list has people.
            when 'missing from the list' then cast(100.0 as {{ dbt.type_float() }}) * flows.n * listed.n_lists / listed.n
            when 'late row' then
                {{ share_bounds_width('coalesce(hires.n_women, 0)', 'coalesce(hires.n, 0)', 'flows.n_women', 'flows.n_men') }}
            else {{ share_bounds_width('0', 'listed.n_both - flows.n', 'flows.n', 'flows.n') }}
        end as effect_points
    from flows
    left join listed on flows.agency_code = listed.agency_code and flows.delivery_no = listed.delivery_no
    left join hires on flows.agency_code = hires.agency_code and flows.delivery_no = hires.delivery_no

    union all

    select
        agency_code, delivery_no, 'list looks partial' as issue, '' as column_name,
        'fewer than half of the people delivered before' as detail, n_people_before - n_people_after as n,
        {{ share_bounds_width('0', 'n_people_after', '(n_people_before - n_people_after)', '(n_people_before - n_people_after)') }}
            as effect_points
    from {{ source('raw', 'hr_revision') }}
    where is_in_force and n_people_after * 2 < n_people_before

    union all

    select
        snapshot.agency_code, in_force.delivery_no, 'period not sent' as issue, '' as column_name,
        {{ dbt.concat(["'no list between '", "cast(snapshot.previous_date as " ~ dbt.type_string() ~ ")", "' and '", "cast(snapshot.period_date as " ~ dbt.type_string() ~ ")"]) }}
            as detail,
        1 as n,
        cast(0 as {{ dbt.type_float() }}) as effect_points
    from {{ ref('int_staff__snapshot') }} as snapshot
    inner join in_force on snapshot.agency_code = in_force.agency_code and snapshot.period_date = in_force.period_date
    inner join (
        select agency_code, min({{ days_between('previous_date', 'period_date') }}) as shortest
        from {{ ref('int_staff__snapshot') }}
        group by agency_code
    ) as rhythm on snapshot.agency_code = rhythm.agency_code
    where {{ days_between('snapshot.previous_date', 'snapshot.period_date') }} > rhythm.shortest * 3 / 2
)

select
    {{ row_key(['faults.agency_code', 'faults.delivery_no', 'faults.issue', 'faults.column_name', 'faults.detail']) }} as fix_id,
    faults.agency_code,
    delivery.contract,
    faults.delivery_no,
    delivery.file_name,
    delivery.delivered_at,
    covered.first_period,
    covered.last_period,
    cast(
        row_number() over (
            partition by faults.agency_code, faults.delivery_no
            order by coalesce(faults.effect_points, 0) desc, faults.n desc, faults.issue, faults.column_name, faults.detail
        ) as integer
    ) as place,
    faults.issue,
    faults.column_name,
    faults.detail,
    cast(faults.n as integer) as n_rows,
    -- How many points a row left out of a register moves its indicator depends on the staff, which no register holds: no points.
    case delivery.grain
        when 'training' then 'DEP-04' when 'complaints' then 'HAR-05' when 'applicants' then 'REC-03' else remedies.indicator_code
    end as indicator_code,
    cast(coalesce(faults.effect_points, 0) as {{ dbt.type_float() }}) as effect_points,
    remedies.remedy
from faults
inner join delivery on faults.delivery_no = delivery.delivery_no
inner join covered on faults.delivery_no = covered.delivery_no and faults.agency_code = covered.agency_code
inner join remedies on faults.issue = remedies.issue
