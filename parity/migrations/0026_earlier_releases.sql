-- What each release tells of the staff of agencies, as its own rules had it: the attack on a later one starts from it. It stays in the warehouse.
-- `people` is the same in two releases where the exact figures of an agency, year, indicator and breakdown are. Releases from before have no rows.
create table release.told (
    release_id bigint not null references release.release, cell_id text not null, people text not null, sides jsonb,
    primary key (release_id, cell_id, people));
create index on release.told (people);
alter table release.attack add column n_earlier int not null default 0;
