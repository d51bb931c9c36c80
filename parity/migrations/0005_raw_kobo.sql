-- Survey forms and submissions: raw.kobo_*. Each version of a submission is a row; the highest load_no is the newest.
create schema if not exists raw;
create table if not exists raw.kobo_form (
    asset_uid text not null, form text not null, version_uid text not null, version_no int not null, content jsonb not null,
    loaded_at timestamptz not null default now(), primary key (asset_uid, version_uid));
create table if not exists raw.kobo_question (
    asset_uid text not null, version_uid text not null, position int not null, path text not null, name text not null,
    type text not null, list_name text, kuid text, repeats text[] not null, labels jsonb not null,
    primary key (asset_uid, version_uid, path));
create table if not exists raw.kobo_choice (
    asset_uid text not null, version_uid text not null, position int not null, list_name text not null, code text not null,
    labels jsonb not null, primary key (asset_uid, version_uid, list_name, position));
create table if not exists raw.kobo_submission (
    form text not null, asset_uid text not null, submission_id bigint not null, root_uuid text, uuid text,
    version_uid text, submitted_at timestamptz, validation_status text, duration_seconds int, is_deleted boolean not null,
    content_hash text not null, manifest_hash text, answers jsonb, loaded_at timestamptz not null default clock_timestamp(),
    load_no bigint generated always as identity);
alter table raw.kobo_submission
    add column if not exists duration_seconds int,
    add column if not exists manifest_hash text,
    add column if not exists answers jsonb;
do $$ begin
    if not exists (
        select from information_schema.columns
        where table_schema = 'raw' and table_name = 'kobo_submission' and column_name = 'load_no')
    then
        alter table raw.kobo_submission add column load_no bigint generated always as identity;
    end if;
end $$;
drop index if exists raw.kobo_submission_key;
create index if not exists kobo_submission_root on raw.kobo_submission (asset_uid, root_uuid);
create index if not exists kobo_submission_newest on raw.kobo_submission (asset_uid, submission_id, load_no desc);
