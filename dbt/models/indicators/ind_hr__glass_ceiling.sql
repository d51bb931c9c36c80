-- PRO-03: women's share of all staff over their share of grades 7 to 9. Not defined where no woman is there, which is then said.
select
    'PRO-03' as indicator_code,
    command.level, command.country_code, command.agency_code, command.agency_type, command.gender, command.grade_band, command.provenance,
    command.period_year, command.period_date,
    command.n,
    staff.estimate / nullif(command.estimate, 0) as estimate,
    command.n as n_least,
    cast(least(nullif(command.numerator, 0), nullif(command.denominator - command.numerator, 0)) as integer) as count_least,
    staff.numerator as first_count,
    staff.denominator as first_base,
    command.numerator as second_count,
    command.denominator as second_base,
    'ratio of census shares' as method,
    case when command.numerator = 0 then 'not defined: no women at this level' end as unavailable_reason
from {{ ref('ind_hr__women_share_command') }} as command
inner join {{ ref('ind_hr__women_share') }} as staff
    on command.level = staff.level and command.country_code = staff.country_code and command.agency_code = staff.agency_code
    and command.agency_type = staff.agency_type and command.grade_band = staff.grade_band and command.provenance = staff.provenance
    and command.period_year = staff.period_year
