{# What raking explains of linearised values (linearised.sql). Raked groups are the cells of a stratum's gender and grade band. As R's svymean
   after rake does it, r = a(gender) + b(band) is fitted to u = z/w by least squares, each respondent of the stratum counting once: the margins
   explain z, not each cell. A respondent outside the domain has u = 0. #}

{# For each domain of `totals` and raked cell with members of it: the sum of u. #}
{% macro deviations_of_raked(members, totals, groups, keys) %}
    select
        {{ keys_of('totals', keys) }},
        members.poststratum,
        {{ exact_sum('members.n_alike * (members.y - totals.p) / totals.sum_weight') }} as sum_u
    from {{ members }} as members
    inner join {{ groups }} as cell on members.poststratum = cell.poststratum and cell.is_raked
    inner join {{ totals }} as totals on {{ same_keys('members', 'totals', keys) }}
    group by {{ keys_of('totals', keys) }}, members.poststratum
{%- endmacro %}

{# For each domain and raked stratum with members of it, every cell of the stratum: its respondents n and sums, 0 where no member is in the cell. #}
{% macro cells_of_raked(sums, deviations, groups, keys) %}
    select
        {{ keys_of('domain', keys) }},
        cell.stratum,
        cell.poststratum,
        cell.gender as cell_gender,
        cell.grade_band as cell_band,
        cell.n,
        cell.sum_w,
        cell.sum_w2,
        coalesce(deviations.sum_u, 0) as sum_u,
        coalesce(sums.sum_z, 0) as sum_z,
        coalesce(sums.sum_z2, 0) as sum_z2,
        coalesce(sums.sum_zw, 0) as sum_zw
    from (
        select distinct {{ keys_of('sums', keys) }}, sums.stratum
        from {{ sums }} as sums
        inner join {{ groups }} as cell on sums.poststratum = cell.poststratum and cell.is_raked
    ) as domain
    inner join {{ groups }} as cell on domain.stratum = cell.stratum and cell.is_raked
    left join {{ sums }} as sums on {{ same_keys('domain', 'sums', keys) }} and cell.poststratum = sums.poststratum
    left join {{ deviations }} as deviations
        on {{ same_keys('domain', 'deviations', keys) }} and cell.poststratum = deviations.poststratum
{%- endmacro %}

{# Those cells with r. With two genders the fit has a closed form. Let a(man) = 0; within a band of n respondents, of whom f are women, b is the
   mean of u less a·f/n. So a(woman) is Σ(u of women − f·mean u of the band) / Σ(f − f²/n), over the bands. #}
{% macro explained_by_margins(cells, keys) %}
    {%- set key_list, float = keys | join(', '), dbt.type_float() %}
    select
        {{ key_list }}, stratum, sum_z, sum_z2, sum_zw, sum_w, sum_w2,
        case when cell_gender = 'woman' then a_women else 0 end + (u_band - n_women * a_women) / n_band as r
    from (
        select
            *,
            coalesce(
                sum(case when cell_gender = 'woman' then sum_u - n * u_band / n_band else 0 end) over whole
                / nullif(sum(case when cell_gender = 'woman' then n - n * n / cast(n_band as {{ float }}) else 0 end) over whole, 0),
                0
            ) as a_women,
            sum(case when cell_gender = 'woman' then n else 0 end) over (partition by {{ key_list }}, stratum, cell_band) as n_women
        from (
            select *, sum(n) over band as n_band, sum(sum_u) over band as u_band
            from {{ cells }}
            window band as (
                partition by {{ key_list }}, stratum, cell_band
                order by cell_gender rows between unbounded preceding and unbounded following
            )
        ) as banded
        window whole as (
            partition by {{ key_list }}, stratum
            order by poststratum rows between unbounded preceding and unbounded following
        )
    ) as fitted
{%- endmacro %}
