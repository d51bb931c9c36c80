-- PRO-07 and PRO-08: how much less women are paid than men in the year's last list, in per cent of men's pay: by means, and within grades.
-- Within grades: women's grade shares weigh the differences of mean logarithms (Kitagawa 1955), over the grades of an agency that hold both.
-- Agencies state pay in units and currencies of their own, so that means are never taken over several of them; within grades they may be.
with placed as (
    select pay.*, agency.country_code, agency.agency_type, agency.provenance
    from {{ ref('int_pay__year') }} as pay
    inner join {{ ref('dim_agency') }} as agency
        on pay.agency_code = agency.agency_code and pay.period_date between agency.valid_from and agency.valid_to
),

sides as (
    select *, category as grade_band
    from placed
    where cut in ('all', 'grade_band')
),

unadjusted as (
    select
        women.period_year, women.period_date, women.country_code, women.agency_code, women.agency_type, women.provenance, women.grade_band,
        women.n + men.n as n,
        least(women.n, men.n) as n_least,
        100 * (1 - women.mean_salary / men.mean_salary) as by_means,
        100 * (1 - women.median_salary / men.median_salary) as by_medians
    from sides as women
    inner join sides as men
        on women.agency_code = men.agency_code and women.period_year = men.period_year and women.grade_band = men.grade_band
    where women.gender = 'woman' and men.gender = 'man'
),

grades as (
    select
        period_year, period_date, country_code, agency_code, agency_type, provenance, category as grade,
        sum(case when gender = 'woman' then n else 0 end) as n_women,
        sum(case when gender = 'man' then n else 0 end) as n_men,
        {{ exact_sum("case when gender = 'woman' then sum_log_salary else 0 end") }} as sum_women,
        {{ exact_sum("case when gender = 'man' then sum_log_salary else 0 end") }} as sum_men
    from placed
    where cut = 'grade'
    group by period_year, period_date, country_code, agency_code, agency_type, provenance, category
    having count(*) = 2
),

within as (
    {% for level, kept in staff_levels().items() %}
    select
        '{{ level }}' as level,
        {{ kept_or_all(kept) }},
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(n_women + n_men) as n,
        least(sum(n_women), sum(n_men)) as n_least,
        {{ exact_sum('n_women * (sum_men / n_men - sum_women / n_women)') }} / sum(n_women) as difference
    from grades
    group by 1, 2, 3, 4, provenance, period_year
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    select
        'PRO-07' as indicator_code,
        case when grade_band = 'all' then 'agency' else 'agency_grade' end as level,
        country_code, agency_code, agency_type, grade_band, provenance, period_year, period_date, n, n_least,
        by_means as estimate, by_medians as reference_value, 'gap of mean pay, beside that of medians' as method
    from unadjusted

    union all

    select
        'PRO-08', level, country_code, agency_code, agency_type, 'all', provenance, period_year, period_date, n, n_least,
        100 * (1 - exp(-difference)), null, 'gap of mean log pay within grades, women''s weights'
    from within
)

select
    indicator_code, level, country_code, agency_code, agency_type, 'all' as gender, grade_band, provenance, period_year, period_date,
    cast(n as integer) as n,
    estimate,
    reference_value,
    cast(n_least as integer) as n_least,
    cast(null as integer) as count_least,
    method
from cells
