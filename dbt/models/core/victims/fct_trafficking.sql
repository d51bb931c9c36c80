-- What the UN counts of trafficking: victims, persons accused and offences, by country, year, measure, gender, age group and value of a breakdown, as
-- bounds: `<5` is 0 to 4.
{%- set key = ['country_code', 'period_year', 'measure', 'gender', 'age_group', 'breakdown', 'breakdown_value'] %}
{%- set without_age = key | reject('equalto', 'age_group') | list %}
with line as (
    select
        counted.country_code,
        counted.period_year,
        case counted.indicator
            when 'Detected trafficking victims' then 'victims_detected'
            when 'Persons brought into formal contact' then 'persons_suspected'
            when 'Persons prosecuted' then 'persons_prosecuted'
            when 'Persons convicted' then 'persons_convicted'
            when 'Offences of trafficking in persons' then 'offences_recorded'
        end as measure,
        case counted.sex
            when 'Female' then 'woman' when 'Male' then 'man' when 'Other' then 'other' when 'Total' then 'all' else 'missing'
        end as gender,
        case counted.age when '0 to 17 years' then 'child' when '18 years or over' then 'adult' when 'Total' then 'all' else 'missing' end as age_group,
        case counted.dimension
            when 'Total' then 'none'
            when 'by form of exploitation' then 'exploitation'
            when 'by citizenship' then 'citizenship'
            when 'by country of repatriation' then 'repatriation'
        end as breakdown,
        case
            when counted.dimension = 'Total' then 'All'
            when counted.category = 'Nationals' then country.country_name
            else counted.category
        end as breakdown_label,
        counted.n_lower,
        counted.n_upper,
        counted.provenance
    from {{ ref('stg_unodc__victim') }} as counted
    inner join {{ ref('dim_country') }} as country on counted.country_code = country.country_code
    where counted.n_lower is not null
),

coded as (
    select *, replace(lower(breakdown_label), ' ', '_') as breakdown_value
    from line
    where measure is not null and breakdown is not null
),

-- The source merges several forms of exploitation to "other", and several spellings name one citizenship: lines of one key are parts, and a person may be in
-- several of them. A total that stands twice is a copy.
counted as (
    select
        {{ key | join(', ') }},
        max(breakdown_label) as breakdown_label,
        max(n_lower) as n_low,
        case when breakdown = 'none' then max(n_upper) else {{ exact_sum('n_upper') }} end as n_high,
        case when breakdown <> 'none' and count(*) > 1 then 'lines of one key' else 'line of the source' end as basis,
        max(provenance) as provenance  -- of one file, which is invented or is not
    from coded
    group by {{ key | join(', ') }}
),

marked as (
    select
        *,
        max(case when age_group = 'all' then 1 else 0 end) over (partition by {{ without_age | join(', ') }}) as n_of_all_ages
    from counted
),

every_row as (
    select {{ key | join(', ') }}, breakdown_label, n_low, n_high, basis, provenance
    from counted

    union all

    -- By form of exploitation the source has women and men by age alone. Those of unknown age are in no sum.
    select
        {% for name in key %}{{ "'all'" if name == 'age_group' else name }}, {% endfor -%}
        max(breakdown_label), {{ exact_sum('n_low') }}, {{ exact_sum('n_high') }}, 'children and adults', max(provenance)
    from marked
    where age_group in ('child', 'adult') and n_of_all_ages = 0
    group by {{ without_age | join(', ') }}
    having count(*) = 2
)

select
    {{ row_key(key) }} as trafficking_id,
    {{ key | join(', ') }},
    breakdown_label,
    cast(n_low as {{ dbt.type_float() }}) as n_low,
    cast(n_high as {{ dbt.type_float() }}) as n_high,
    basis,
    provenance
from every_row
