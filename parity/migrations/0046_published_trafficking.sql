-- The UN's counts of trafficking, their trends, and women's share of police, as readers get them with each release. Rows of reference tables that were
-- loaded before say nothing of their source, and count as synthetic until their file is loaded again, which happens each night.
alter table raw.ref_victim add column source text;
alter table raw.ref_police_share add column nature text, add column source_year int;

create table if not exists release.trafficking (
    release_id bigint not null references release.release, country_code text not null, country text not null, period_year int not null,
    measure text not null, measure_label text not null, gender text not null, gender_label text not null, age_group text not null,
    breakdown text not null, breakdown_value text not null, breakdown_label text not null, count_low int not null, count_high int not null,
    n_people bigint, rate_low double precision, rate_high double precision, is_newest boolean not null, basis text not null,
    source text not null, provenance text not null,
    primary key (release_id, country_code, period_year, measure, gender, age_group, breakdown, breakdown_value));
create table if not exists release.trafficking_trend (
    release_id bigint not null references release.release, country_code text not null, country text not null, measure text not null,
    measure_label text not null, gender text not null, gender_label text not null, age_group text not null, breakdown text not null,
    breakdown_value text not null, breakdown_label text not null, first_year int not null, last_year int not null, n_years int not null,
    n_years_possible int not null, complete_pct double precision not null, missing_years text not null, n_bounded int not null,
    change_pct double precision, change_low_pct double precision, change_high_pct double precision, dispersion double precision, method text not null,
    unavailable_reason text, source text not null, provenance text not null,
    primary key (release_id, country_code, measure, gender, age_group, breakdown, breakdown_value));
create table if not exists release.police_share (
    release_id bigint not null references release.release, country_code text not null, country text not null, period_year int not null,
    women_pct double precision not null, is_newest boolean not null, agencies_pct double precision, agencies_year int, n_agencies int,
    agencies_provenance text, source text not null, source_year int, provenance text not null,
    primary key (release_id, country_code, period_year));

create or replace view published.trafficking as
select trafficking.*, release.catalogue_version from release.trafficking as trafficking
inner join release.release as release on trafficking.release_id = release.release_id and release.state = 'current';
create or replace view published.trafficking_trend as
select trend.*, release.catalogue_version from release.trafficking_trend as trend
inner join release.release as release on trend.release_id = release.release_id and release.state = 'current';
create or replace view published.police_share as
select share.*, release.catalogue_version from release.police_share as share
inner join release.release as release on share.release_id = release.release_id and release.state = 'current';
