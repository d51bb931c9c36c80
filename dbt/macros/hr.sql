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
        on raw.delivery_no = effective.delivery_no
        and raw.agency_code = effective.agency_code
        and coalesce(raw.period_date, cast('1900-01-01' as date)) = effective.period_date
    inner join {{ ref('stg_catalogue__hr_contract') }} as contract
        on effective.contract = contract.contract and contract.grain = '{{ grain }}'
    {% if grain == 'roster' %}
    where raw.period_date is not null
        {% if not deliveries -%}
        and raw.delivery_no {{ deliveries_to_build('stg_hr__list_built') }}
        and {{ only_lists_to_build('stg_hr__list_built', 'raw') }}
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

{# The newest deliveries that do not count for figures yet. #}
{% macro waiting_deliveries() -%}
(
        select newest.contract, newest.agency_code, newest.period_date, newest.delivery_no
        from {{ ref('stg_hr__newest_delivery') }} as newest
        left join {{ ref('stg_hr__effective_delivery') }} as counted
            on newest.contract = counted.contract and newest.agency_code = counted.agency_code
            and newest.period_date = counted.period_date and newest.delivery_no = counted.delivery_no
        where counted.delivery_no is null and newest.period_date > cast('1900-01-01' as date)
    )
{%- endmacro %}

{# Women's share cells from counts (agency_code, period_year, period_date, grade_band, gender, n): agency, country and agency type.
   Women / (women + men): other and unknown states are in neither part. Totals never mix real with synthetic agencies. A mid-year has
   cells of agencies alone, as those above them are of years. #}
{% macro women_share_cells(indicator_code, counts, period='year') %}
{%- set every_level = {
    'agency': {'country_code': 'country_code', 'agency_code': 'agency_code', 'agency_type': 'agency_type'},
    'country': {'country_code': 'country_code', 'agency_code': "'all'", 'agency_type': "'all'"},
    'agency_type': {'country_code': "'all'", 'agency_code': "'all'", 'agency_type': 'agency_type'},
} -%}
{%- set levels = every_level if period == 'year' else {'agency': every_level.agency} -%}
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
    {% if period != 'year' %}'{{ period }}' as period,
    {% endif -%}
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

{# What places a cell. #}
{% macro place_columns() -%}
    level, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year, period_date
{%- endmacro %}

{# Counts of agencies (country_code, agency_code, agency_type, provenance, period_year, period_date and `sums`), and their sums by country
   and agency type, each for every value of the columns in `also`. Totals never mix real with synthetic agencies. #}
{% macro rolled_up(counts, sums, also=[]) %}
{%- for level, kept in {'agency': ['country_code', 'agency_code', 'agency_type'], 'country': ['country_code'], 'agency_type': ['agency_type']}.items() %}
    select
        '{{ level }}' as level,
        {% for column in ['country_code', 'agency_code', 'agency_type'] -%}
        {{ column if column in kept else "'all'" }} as {{ column }},
        {% endfor -%}
        'all' as gender,
        'all' as grade_band,
        provenance,
        period_year,
        max(period_date) as period_date,
        {% for column in also %}{{ column }}, {% endfor -%}
        {% for column in sums %}{{ exact_sum(column) }} as {{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ counts }}
    group by 1, 2, 3, 4, provenance, period_year{% for column in also %}, {{ column }}{% endfor %}
    {% if not loop.last %}union all{% endif %}
{% endfor -%}
{% endmacro %}

{# The dissimilarity of women and men over categories (Duncan and Duncan 1955): half the sum of |F_g/F − M_g/M|, for each agency, country
   and agency type and year of `counts` (agency_code, period_year, period_date, category, n_women, n_men), over all staff of it together; and
   what chance alone would make of it, were the women drawn at random. A category's women are then hypergeometric, and their mean distance
   from their mean is 2m(N − K − n + m)/N · P(m) with m = ⌊nK/N⌋ + 1 (Diaconis and Zabell 1991). #}
{% macro dissimilarity(indicator_code, counts) %}
placed as (
    select counts.*, agency.country_code, agency.agency_type, agency.provenance
    from {{ counts }} as counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
),

levelled as (
    {{ rolled_up('placed', ['n_women', 'n_men'], ['category']) }}
),

totals as (
    select
        *,
        sum(n_women) over place as all_women,
        sum(n_men) over place as all_men,
        n_women + n_men as size,
        floor(sum(n_women) over place * (n_women + n_men) / (sum(n_women) over place + sum(n_men) over place)) + 1 as m
    from levelled
    where n_women + n_men > 0
    window place as (partition by level, country_code, agency_code, agency_type, provenance, period_year)
),

distances as (
    select
        *,
        abs(n_women / all_women - n_men / all_men) as distance,
        case
            when m > least(all_women, size) then 0
            else 2 * m * (all_men - size + m) / (all_women + all_men) * exp(
                {{ log_factorial('size') }} - {{ log_factorial('m') }} - {{ log_factorial('size - m') }}
                + {{ log_factorial('all_women + all_men - size') }} - {{ log_factorial('all_women - m') }}
                - {{ log_factorial('all_men - size + m') }}
                - {{ log_factorial('all_women + all_men') }} + {{ log_factorial('all_women') }} + {{ log_factorial('all_men') }}
            )
        end as mean_deviation
    from totals
    where all_women > 0 and all_men > 0
)

select
    '{{ indicator_code }}' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    'all' as gender,
    'all' as grade_band,
    provenance,
    period_year,
    max(period_date) as period_date,
    cast(max(distances.all_women + distances.all_men) as integer) as n,
    {{ exact_sum('distances.distance') }} / 2 as estimate,
    {{ exact_sum('distances.mean_deviation * (1 / distances.all_women + 1 / distances.all_men)') }} / 2 as reference_value,
    cast(min(least(distances.all_women, distances.all_men)) as integer) as n_least,
    cast(null as integer) as count_least,
    {{ dbt.listagg(_women_and_men_of_category(), "';'", "order by category") }} as categories,
    'dissimilarity of counts' as method
from distances
group by level, country_code, agency_code, agency_type, provenance, period_year
{% endmacro %}

{# `category:women/men`: what publication computes an index from once it has rounded the counts. #}
{% macro _women_and_men_of_category() -%}
    {%- set text = dbt.type_string() -%}
    {{ dbt.concat([
        "cast(category as " ~ text ~ ")", "':'", "cast(cast(n_women as integer) as " ~ text ~ ")", "'/'", "cast(cast(n_men as integer) as " ~ text ~ ")"
    ]) }}
{%- endmacro %}

{# Women and men as floats by agency, year and a category, from the stock of the year. #}
{% macro women_and_men_by(category) %}
    select
        agency_code,
        period_year,
        period_date,
        {{ category }} as category,
        cast(sum(case when gender = 'woman' then n_staff else 0 end) as {{ dbt.type_float() }}) as n_women,
        cast(sum(case when gender = 'man' then n_staff else 0 end) as {{ dbt.type_float() }}) as n_men
    from {{ ref('ind_hr__year_end_stock') }}
    where gender in ('woman', 'man')
    group by 1, 2, 3, 4
{% endmacro %}

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

{# Completed years of service on a day, in the bands of the questionnaire; empty where the day of hire is not known. #}
{% macro years_of_service(hired, day) -%}
    case
        when {{ hired }} is null or {{ hired }} > {{ day }} then null
        {% for band, years in {'lt2': 2, '2-5': 6, '6-10': 11, '11-20': 21}.items() -%}
        when {{ hired }} > {{ months_before(day, 12 * years) }} then '{{ band }}'
        {% endfor -%}
        else 'gt20'
    end
{%- endmacro %}

{# Cells of agencies broken down by one thing, from `counts` (indicator_code, agency_code, period_year, period_date, gender, breakdown,
   breakdown_value, numerator, denominator, n): `factor` × numerator / denominator. Bands of grades have a column of their own. #}
{% macro broken_down_cells(counts, factor, method) %}
select
    counts.indicator_code,
    case
        when counts.breakdown <> 'grade_band' then 'agency_breakdown'
        when counts.gender = 'all' then 'agency_grade'
        else 'agency_gender_grade'
    end as level,
    agency.country_code,
    counts.agency_code,
    agency.agency_type,
    counts.gender,
    case when counts.breakdown = 'grade_band' then counts.breakdown_value else 'all' end as grade_band,
    case when counts.breakdown = 'grade_band' then 'none' else counts.breakdown end as breakdown,
    case when counts.breakdown = 'grade_band' then 'all' else counts.breakdown_value end as breakdown_value,
    agency.provenance,
    counts.period_year,
    counts.period_date,
    cast(counts.numerator as {{ dbt.type_float() }}) as numerator,
    cast(counts.denominator as {{ dbt.type_float() }}) as denominator,
    cast(counts.n as integer) as n,
    cast({{ factor }} as {{ dbt.type_float() }}) * counts.numerator / counts.denominator as estimate,
    {{ method }} as method
from {{ counts }} as counts
inner join {{ ref('dim_agency') }} as agency
    on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
where counts.denominator > 0
{% endmacro %}
