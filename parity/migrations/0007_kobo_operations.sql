-- What the sync of surveys remembers: cursors, pages pulled, erasures, holds that `parity kobo flag` wrote, reconciliations.
create schema if not exists ops;
create table if not exists ops.kobo_cursor (
    asset_uid text primary key, form text not null, rights text not null, history_at text, n_live bigint not null,
    counter_gap bigint, is_suspect boolean not null default false, contract_hash text, synced_at timestamptz not null default clock_timestamp(),
    scanned_at timestamptz not null default clock_timestamp());
create table if not exists ops.kobo_pull (
    asset_uid text not null, last_id bigint not null, uri text not null, landed_at timestamptz not null default clock_timestamp(),
    primary key (asset_uid, last_id));
create table if not exists ops.kobo_erased (
    root_sha256 text primary key, form text not null, erased_at timestamptz not null default clock_timestamp());
create table if not exists ops.kobo_flag (
    flag_no bigint generated always as identity, form text not null, asset_uid text not null, submission_id bigint not null,
    rules text[] not null, is_hold boolean not null, status_at bigint, by_whom text,
    flagged_at timestamptz not null default clock_timestamp());
create table if not exists ops.kobo_reconciliation (
    form text not null, asset_uid text not null, n_server bigint not null, n_raw bigint not null, n_missing bigint not null,
    n_surplus bigint not null, n_differing bigint not null, is_partial boolean not null,
    reconciled_at timestamptz not null default clock_timestamp());
alter table ops.kobo_cursor add column if not exists contract_hash text;
