{# Staff rows of one grain, every code translated by its contract.
   A code that the contract does not know is never given a meaning: gender is then 'missing', grade, function and sworn are null,
   and the is_…_known flag is false; tests warn of it by name. A blank code is known: it says nothing.
   `deliveries`: those to read, all their rows each time; without it those that count for figures of years. #}
{% macro hr_coded_rows(grain, deliveries=none) %}
with staff as (
    select
        raw.*,
        effective.contract,
        contract.date_precision,
        contract.extract_date,
        coalesce(trim(raw.sex_code), '') as sex_code_trimmed,
        coalesce(trim(raw.rank_name), '') as rank_name_trimmed,
        coalesce(trim(raw.function_name), '') as function_name_trimmed,
        coalesce(trim(raw.sworn_code), '') as sworn_code_trimmed,
        coalesce(trim(raw.active_code), '') as active_code_trimmed,
        {% if grain == 'roster' %}raw.period_date{% else %}coalesce(raw.separation_date, contract.extract_date){% endif %} as rank_date
    from {{ source('raw', 'hr_staff') }} as raw
    inner join {{ deliveries or ref('stg_hr__effective_delivery') }} as effective
        on {{ is_in_force('raw', 'effective') }}
    inner join {{ ref('stg_catalogue__hr_contract') }} as contract
        on effective.contract = contract.contract and contract.grain = '{{ grain }}'
    {% if grain == 'roster' %}
    where raw.period_date is not null
        {% if not deliveries -%}
        and raw.delivery_no {{ deliveries_to_build() }}
        and {{ only_lists_to_build('raw') }}
        {%- endif %}
    {% endif %}
)

select
    {{ row_key(['staff.delivery_no', 'staff.member', 'staff.sheet', 'staff.row_no']) }} as staff_row_id,
    staff.contract,
    staff.agency_code,
    {% if grain == 'roster' %}staff.period_date,{% endif %}
    staff.person_key,
    coalesce(sex.gender, 'missing') as gender,
    (staff.sex_code_trimmed = '' or sex.gender is not null) as is_gender_known,
    nullif(staff.rank_name_trimmed, '') as rank_name,
    ranks.grade,
    coalesce(ranks.is_acting, false) as is_acting,
    ranks.valid_from as rank_from,
    ranks.valid_to as rank_to,
    (staff.rank_name_trimmed = '' or ranks.rank_name is not null) as is_rank_known,
    {% if grain == 'roster' %}
    nullif(trim(staff.unit_name), '') as unit_name,
    functions.value as function_code,
    (staff.function_name_trimmed = '' or functions.value is not null) as is_function_known,
    case sworn.value when 'sworn' then true when 'civilian' then false end as is_sworn,
    cast(staff.salary as {{ dbt.type_float() }}) as salary,
    staff.age_band,
    {% endif %}
    staff.hire_date,
    staff.separation_date,
    active.value as status,
    staff.date_precision,
    staff.extract_date
from staff
left join {{ ref('stg_catalogue__sex_code') }} as sex
    on staff.contract = sex.contract and staff.sex_code_trimmed = sex.code
left join {{ ref('stg_catalogue__rank') }} as ranks
    on staff.contract = ranks.contract and staff.rank_name_trimmed = ranks.rank_name
    and (staff.rank_date is null or staff.rank_date between ranks.valid_from and ranks.valid_to)
{% if grain == 'roster' %}
left join {{ ref('stg_catalogue__hr_code') }} as functions
    on staff.contract = functions.contract and functions.kind = 'function' and staff.function_name_trimmed = functions.code
left join {{ ref('stg_catalogue__hr_code') }} as sworn
    on staff.contract = sworn.contract and sworn.kind = 'sworn' and staff.sworn_code_trimmed = sworn.code
{% endif %}
left join {{ ref('stg_catalogue__hr_code') }} as active
    on staff.contract = active.contract and active.kind = 'active' and staff.active_code_trimmed = active.code
{% endmacro %}
