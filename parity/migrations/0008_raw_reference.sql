-- International tables: raw.ref_*, replaced whole at each load.
create schema if not exists raw;
create table if not exists raw.ref_victim (
    iso3 text, indicator text, dimension text, category text, sex text, age text, year int, value_text text,
    source_row int, loaded_at timestamptz not null default now());
create table if not exists raw.ref_population (
    iso3 text, year int, sex text, age text, population numeric, loaded_at timestamptz not null default now());
create table if not exists raw.ref_police_share (
    iso3 text, country text, year int, value_pct numeric, loaded_at timestamptz not null default now());
