-- What readers see: views on the current release. Who may read them: parity/grants.py.
create schema if not exists published;
-- A view's columns cannot be reordered: a road map that lacks columns before its last one is made anew.
do $$ begin
    if exists (select from pg_views where schemaname = 'published' and viewname = 'roadmap')
        and (
            select count(*) from information_schema.columns
            where table_schema = 'published' and table_name = 'roadmap'
                and column_name in ('women_share_of_hires_needed', 'catalogue_version')) < 2
    then
        drop view published.roadmap;
    end if;
end $$;

create or replace view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';

create or replace view published.roadmap as
select roadmap.*, release.catalogue_version from release.roadmap as roadmap
inner join release.release as release on roadmap.release_id = release.release_id and release.state = 'current';

create or replace view published.roadmap_path as
with promise as (
    select distinct
        release_id, target, provenance, indicator_code, indicator_name, unit, country_name, agency_name, target_value, due_year
    from release.roadmap)
select
    path.release_id, path.target, path.provenance, promise.indicator_code, promise.indicator_name, promise.unit, promise.country_name,
    promise.agency_name, path.scenario, path.scenario_label, path.sort_order, path.period_year, path.value, promise.target_value,
    promise.due_year, release.catalogue_version
from release.roadmap_path as path
inner join promise
    on path.release_id = promise.release_id and path.target = promise.target and path.provenance = promise.provenance
inner join release.release as release on path.release_id = release.release_id and release.state = 'current';
create or replace view published.composite_domain as
select part.* from release.composite_domain as part
inner join release.release as release on part.release_id = release.release_id and release.state = 'current';

create or replace view published.composite as
select composite.* from release.composite as composite
inner join release.release as release on composite.release_id = release.release_id and release.state = 'current';

create or replace view published.release_info as
select
    release_id, published_at, n_cells, n_suppressed, catalogue_version,
    case (select min(provenance) || max(provenance) from release.indicator as i where i.release_id = release.release_id)
        when 'syntheticsynthetic' then 'Synthetic data: invented people and answers.'
        when 'realreal' then 'Real data of the United States, not of ASEAN.'
        else 'Synthetic and real data side by side.'
    end as provenance_note
from release.release as release where state = 'current';
