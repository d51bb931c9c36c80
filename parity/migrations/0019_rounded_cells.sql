-- How each cell is published; of a figure above an agency, how many agencies are in it and how many are missing; and what an attack on the release
-- found. Findings name no person and stay in the warehouse.
alter table release.indicator
    add column status text,
    add column n_agencies int,
    add column n_agencies_missing int;
update release.indicator set status = case
    when is_suppressed then 'suppressed'
    when unavailable_reason like 'not defined%' then 'not defined'
    when unavailable_reason is not null then 'not available'
    else 'exact'
end;
alter table release.indicator alter column status set not null;
drop view published.indicator;
create view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';

create table release.attack (
    release_id bigint primary key references release.release, n_counts int not null, n_relations int not null,
    n_protected int not null, n_found int not null, findings jsonb not null, attacked_at timestamptz not null default now());
