-- REC-03: the share of women applicants who were hired over that of men, of all rounds of a year. The four counts go along for the interval:
-- by the standard error of the logarithm (Katz 1978), exact where one of them is under 5.
with counts as (
    select
        agency_code,
        {{ year_of('period_date') }} as period_year,
        {{ last_day_of_year(year_of('period_date')) }} as period_date,
        {% for name, gender, stage in [('women_count', 'woman', 'hired'), ('women_base', 'woman', 'applied'),
                                       ('men_count', 'man', 'hired'), ('men_base', 'man', 'applied')] %}
        sum(case when gender = '{{ gender }}' and stage = '{{ stage }}' then n_low else 0 end) as {{ name }},
        {% endfor %}
        sum(case when stage = 'hired' then 1 else 0 end) as n_cells_hired,
        sum(case when gender in ('woman', 'man') then n_high - n_low else 0 end) as n_open
    from {{ ref('fct_applicant') }}
    group by 1, 2, 3
),

placed as (
    select agency.country_code, counts.*, agency.agency_type, agency.provenance
    from counts
    inner join {{ ref('dim_agency') }} as agency
        on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
    -- A file may count applicants alone.
    where counts.n_cells_hired > 0
),

cells as (
    {{ rolled_up('placed', ['women_count', 'women_base', 'men_count', 'men_base', 'n_open']) }}
),

judged as (
    select
        *,
        case
            when n_open > 0 then 'not available: the file tells some counts only within bounds'
            when men_count = 0 or women_base = 0 then 'not defined: no man hired, or no woman applied'
        end as unavailable_reason
    from cells
)

select
    'REC-03' as indicator_code,
    {{ place_columns() }},
    cast(women_base + men_base as integer) as n,
    case when unavailable_reason is null then (women_count / women_base) / (men_count / men_base) end as estimate,
    cast(least(women_base, men_base) as integer) as n_least,
    cast(least(
        nullif(women_count, 0), nullif(men_count, 0), nullif(women_base - women_count, 0), nullif(men_base - men_count, 0)
    ) as integer) as count_least,
    case
        when unavailable_reason is null and women_count > 0
            then sqrt(1 / women_count - 1 / women_base + 1 / men_count - 1 / men_base)
    end as se_log,
    women_count as first_count,
    women_base as first_base,
    men_count as second_count,
    men_base as second_base,
    'ratio of selection rates' as method,
    unavailable_reason
from judged
