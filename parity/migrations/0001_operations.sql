-- Schema ops: what was landed, and the keys of the agencies' pseudonyms.
create schema if not exists ops;
create table if not exists ops.landing_file (
    source text not null, name text not null, content_sha256 text not null, uri text not null, n_bytes bigint not null,
    landed_at timestamptz not null default now(), primary key (source, name, content_sha256));
create table if not exists ops.hr_key (agency_code text primary key, key_id text not null, since timestamptz not null default now());
