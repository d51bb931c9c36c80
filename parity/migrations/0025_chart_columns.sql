-- What charts need of a cell: the wave of a survey, whether it is of its figure's newest year (publication/newest.py), and a label of its own. Releases
-- from before get them by a plainer rule, whoever has arrived in a year; their labels are made of codes.
alter table release.indicator
    add column wave text,
    add column is_newest boolean,
    add column label text;
with figure as (
    select
        release_id, cell_id, period_year,
        max(period_year) filter (where status not in ('suppressed', 'not defined', 'not available')) over same_figure as saying,
        max(period_year) over same_figure as any_year
    from release.indicator
    window same_figure as (
        partition by
            release_id, indicator_code, source, provenance, country_code = 'all', agency_code = 'all', agency_type = 'all', grade_band = 'all', breakdown)
)

update release.indicator as cell set
    wave = case when cell.source = 'survey' then cell.period_year::text end,
    is_newest = figure.period_year = coalesce(figure.saying, figure.any_year),
    label = concat_ws(
        ', ', cell.indicator_code, nullif(cell.country_code, 'all'), nullif(cell.agency_type, 'all'), nullif(cell.agency_code, 'all'),
        nullif(cell.gender, 'all'), nullif(cell.grade_band, 'all'), nullif(cell.breakdown || ' ' || cell.breakdown_value, 'none all'),
        cell.period_year, cell.provenance)
from figure
where cell.release_id = figure.release_id and cell.cell_id = figure.cell_id;
alter table release.indicator
    alter column is_newest set default false,
    alter column is_newest set not null,
    alter column label set default '',
    alter column label set not null;
drop view published.indicator;
create view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';
