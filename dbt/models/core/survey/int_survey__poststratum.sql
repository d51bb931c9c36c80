-- Which post-stratum a respondent belongs to: agency × gender × grade band, collapsed by a fixed rule until it holds ten respondents.
-- The rule: three bands; else junior | middle and senior; else junior and middle | senior; else the gender; else the agency's women and
-- men together; else none, and base weights stay. The first step of which every group holds ten respondents, and people, is taken.
-- Women and men are together only where the people of both are known: else one gender's respondents would stand for the other's people.
{%- set groups = ['form', 'agency_code', 'period_year', 'gender'] %}
{%- set bands = ['junior', 'middle', 'senior'] %}
{%- set smallest = 10 %}
with sample as (
    select {{ groups | join(', ') }}, grade_band, count(*) as n
    from {{ ref('int_survey__profile') }}
    where exclusion_reason is null and gender in ('woman', 'man')
    group by {{ groups | join(', ') }}, grade_band
),

counted as (
    select {{ groups | join(', ') }}, grade_band, n, cast(0 as {{ dbt.type_float() }}) as n_population
    from sample

    union all

    select {{ groups | join(', ') }}, grade_band, 0 as n, n_population
    from {{ ref('int_survey__population') }}
),

by_gender as (
    select
        {{ groups | join(', ') }},
        max(case when grade_band is null and n_population > 0 then 1 else 0 end) as is_total_only,
        {% for band in bands %}
        sum(case when grade_band = '{{ band }}' then n else 0 end) as n_{{ band }},
        sum(case when grade_band = '{{ band }}' then n_population else 0 end) as people_{{ band }},
        {% endfor %}
        sum(n) as n,
        sum(n_population) as people
    from counted
    group by {{ groups | join(', ') }}
),

stepped as (
    select
        *,
        case
            when people = 0 or n < {{ smallest }} then 'together'
            when is_total_only = 1 then 'gender'
            when {% for band in bands %}((n_{{ band }} >= {{ smallest }} and people_{{ band }} > 0) or (n_{{ band }} = 0 and people_{{ band }} = 0))
                {%- if not loop.last %} and {% endif %}{% endfor %}
                then 'bands'
            when n_junior >= {{ smallest }} and people_junior > 0 and n_middle + n_senior >= {{ smallest }} and people_middle + people_senior > 0
                then 'senior with middle'
            when n_junior + n_middle >= {{ smallest }} and people_junior + people_middle > 0 and n_senior >= {{ smallest }} and people_senior > 0
                then 'junior with middle'
            else 'gender'
        end as step
    from by_gender
),

{# Where one gender is too few for itself, both are calibrated together. #}
decided as (
    select
        stepped.*,
        case when max(case when step = 'together' then 1 else 0 end) over agency = 0 then step
            when sum(n) over agency >= {{ smallest }} and min(people) over agency > 0 and count(*) over agency = 2 then 'together'
            when step = 'together' then 'none'
            else step
        end as collapse_step
    from stepped
    window agency as (partition by form, agency_code, period_year)
),

named as (
    select
        decided.form,
        decided.agency_code,
        decided.period_year,
        decided.gender,
        band.grade_band,
        decided.collapse_step,
        case decided.collapse_step
            when 'bands' then {{ dbt.concat(["decided.gender", "'/'", "band.grade_band"]) }}
            when 'senior with middle'
                then {{ dbt.concat(["decided.gender", "case when band.grade_band = 'junior' then '/junior' else '/middle+senior' end"]) }}
            when 'junior with middle'
                then {{ dbt.concat(["decided.gender", "case when band.grade_band = 'senior' then '/senior' else '/junior+middle' end"]) }}
            when 'gender' then decided.gender
            when 'together' then 'women+men'
        end as poststratum,
        case band.grade_band
            {% for band in bands %}when '{{ band }}' then decided.people_{{ band }} {% endfor %}
            when 'none' then decided.people {% for band in bands %}- decided.people_{{ band }} {% endfor %}
        end as n_people
    from decided
    cross join (select distinct grade_band from {{ ref('dim_grade') }} union all select 'none') as band
    -- Who gave no grade has a place only where grades do not matter.
    where decided.collapse_step <> 'none' and (band.grade_band <> 'none' or decided.collapse_step in ('gender', 'together'))
)

select
    form,
    agency_code,
    period_year,
    gender,
    grade_band,
    {{ dbt.concat(["form", "'/'", "agency_code", "'/'", "cast(period_year as " ~ dbt.type_string() ~ ")", "'/'", "poststratum"]) }} as poststratum,
    collapse_step,
    sum(n_people) over (partition by form, agency_code, period_year, poststratum) as n_population
from named
