{# Staff rows of one grain, newest delivery of each contract and period, every code translated by its contract.
   A code that the contract does not know is never given a meaning: gender is then 'missing', grade, function and sworn are null,
   and the is_…_known flag is false; tests warn of it by name. A blank code is known: it says nothing. #}
{% macro hr_coded_rows(grain) %}
with staff as (
    select
        raw.*,
        newest.contract,
        contract.date_precision,
        contract.extract_date,
        coalesce(trim(raw.sex_code), '') as sex_code_trimmed,
        coalesce(trim(raw.rank_name), '') as rank_name_trimmed,
        coalesce(trim(raw.function_name), '') as function_name_trimmed,
        coalesce(trim(raw.sworn_code), '') as sworn_code_trimmed,
        coalesce(trim(raw.active_code), '') as active_code_trimmed,
        {% if grain == 'roster' %}raw.period_date{% else %}coalesce(raw.separation_date, contract.extract_date){% endif %} as rank_date
    from {{ source('raw', 'hr_staff') }} as raw
    inner join {{ ref('stg_hr__newest_delivery') }} as newest
        on raw.delivery_no = newest.delivery_no
        and raw.agency_code = newest.agency_code
        and coalesce(raw.period_date, cast('1900-01-01' as date)) = newest.period_date
    inner join {{ ref('stg_catalogue__hr_contract') }} as contract
        on newest.contract = contract.contract and contract.grain = '{{ grain }}'
    {% if grain == 'roster' %}
    where raw.period_date is not null
        and raw.delivery_no {{ deliveries_to_build('stg_hr__list_built') }}
        and {{ only_lists_to_build('stg_hr__list_built', 'raw') }}
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
    staff.salary,
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

{# Women's share cells from counts (agency_code, period_year, period_date, grade_band, gender, n): agency, country and agency type.
   Women / (women + men): other and unknown states are in neither part. Totals never mix real with synthetic agencies. #}
{% macro women_share_cells(indicator_code, counts) %}
{%- set levels = {
    'agency': {'country_code': 'country_code', 'agency_code': 'agency_code', 'agency_type': 'agency_type'},
    'country': {'country_code': 'country_code', 'agency_code': "'all'", 'agency_type': "'all'"},
    'agency_type': {'country_code': "'all'", 'agency_code': "'all'", 'agency_type': 'agency_type'},
} -%}
known as (
    select
        *,
        sum(case when gender in ('woman', 'man') then n else 0 end) over cell as n_known,
        sum(n) over cell as n_all
    from {{ counts }}
    window cell as (partition by agency_code, period_year, grade_band)
),

placed as (
    select counts.*, agency.country_code, agency.agency_type, agency.provenance
    from known as counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code
        and counts.period_date between agency.valid_from and agency.valid_to
    -- Where most of the staff have no known sex, the few who have it say nothing of them: the share is not available.
    where counts.gender in ('woman', 'man') and counts.n_known * 2 >= counts.n_all
),

cells as (
    {% for level, columns in levels.items() %}
    select
        {% if level == 'agency' %}case when grade_band = 'all' then 'agency' else 'agency_grade' end{% else %}'{{ level }}'{% endif %} as level,
        {{ columns.country_code }} as country_code,
        {{ columns.agency_code }} as agency_code,
        {{ columns.agency_type }} as agency_type,
        'all' as gender,
        grade_band,
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when gender = 'woman' then n else 0 end) as n_women,
        sum(n) as n_women_and_men
    from placed
    {% if level != 'agency' %}where grade_band = 'all'{% endif %}
    group by 1, 2, 3, 4, grade_band, provenance, period_year
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    '{{ indicator_code }}' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    gender,
    grade_band,
    provenance,
    period_year,
    period_date,
    cast(n_women as {{ dbt.type_float() }}) as numerator,
    cast(n_women_and_men as {{ dbt.type_float() }}) as denominator,
    cast(n_women_and_men as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * n_women / n_women_and_men as estimate,
    'census share' as method
from cells
where n_women_and_men > 0
{% endmacro %}
