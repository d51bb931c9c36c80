-- The tables as the code of 88a4ef4 made them: schema.sql of ingestion, publication and expectations (git show 88a4ef4:<room>/schema.sql).
-- What ingestion owns: raw (the landing loaded, codes as they came), quarantine (what broke a contract), and its part of ops.
create schema if not exists ops;
create schema if not exists raw;
create schema if not exists quarantine;

create table if not exists ops.landing_file (
    source text not null, name text not null, content_sha256 text not null, uri text not null, n_bytes bigint not null,
    landed_at timestamptz not null default now(), primary key (source, name, content_sha256));

create table if not exists ops.kobo_cursor (
    asset_uid text primary key, form text not null, rights text not null, history_at text, n_live bigint not null,
    counter_gap bigint, is_suspect boolean not null default false, synced_at timestamptz not null default clock_timestamp(),
    scanned_at timestamptz not null default clock_timestamp());

alter table ops.kobo_cursor add column if not exists contract_hash text;
create table if not exists ops.kobo_pull (
    asset_uid text not null, last_id bigint not null, uri text not null, landed_at timestamptz not null default clock_timestamp(),
    primary key (asset_uid, last_id));
create table if not exists ops.kobo_erased (
    root_sha256 text primary key, form text not null, erased_at timestamptz not null default clock_timestamp());
create table if not exists ops.kobo_reconciliation (
    form text not null, asset_uid text not null, n_server bigint not null, n_raw bigint not null, n_missing bigint not null,
    n_surplus bigint not null, n_differing bigint not null, is_partial boolean not null,
    reconciled_at timestamptz not null default clock_timestamp());

create table if not exists raw.catalogue_country (country_code text primary key, name text not null, asean_since date);
create table if not exists raw.catalogue_agency (
    agency_code text not null, name text not null, country_code text not null, agency_type text not null,
    provenance text not null, valid_from date not null, valid_to date, primary key (agency_code, valid_from));
create table if not exists raw.catalogue_gender (gender text primary key, label text not null, sort_order int not null);
create table if not exists raw.catalogue_grade (grade int primary key, grade_band text not null, label text not null);
create table if not exists raw.catalogue_function (function_code text primary key, label text not null);
create table if not exists raw.catalogue_rank (
    contract text not null, agency_code text not null, rank_name text not null, grade int, valid_from date not null,
    valid_to date, primary key (contract, rank_name, valid_from));
create table if not exists raw.catalogue_sex_code (
    contract text not null, code text not null, gender text not null, primary key (contract, code));
create table if not exists raw.catalogue_hr_code (
    contract text not null, kind text not null, code text not null, value text not null, primary key (contract, kind, code));
create table if not exists raw.catalogue_hr_contract (
    contract text primary key, agency_code text not null, grain text not null, date_precision text not null,
    observed_from date, observed_to date, extract_date date, leavers text not null);
create table if not exists raw.catalogue_indicator (
    indicator_code text primary key, name text not null, domain_no int not null, domain_name text not null,
    source text not null, unit text not null, direction text not null, target_text text not null, reference text not null,
    numerator_text text not null, denominator_text text not null, catalogue_version text not null);
create table if not exists raw.catalogue_indicator_item (
    indicator_code text not null, item text not null, is_reversed boolean not null, primary key (indicator_code, item));
create table if not exists raw.catalogue_survey_item (item text primary key, text_en text not null);
create table if not exists raw.catalogue_survey_contract (form text primary key, weight_kind text not null, period_year int);
create table if not exists raw.catalogue_survey_frame (
    form text not null, agency_code text not null, n_population int not null, primary key (form, agency_code));

create table if not exists raw.hr_delivery (
    delivery_id text primary key, contract text not null, agency_code text not null, file_name text not null,
    content_sha256 text not null, n_rows int not null, n_quarantined int not null, period_from date, period_to date,
    loaded_at timestamptz not null default clock_timestamp());
create table if not exists raw.hr_staff (
    delivery_id text not null references raw.hr_delivery, contract text not null, agency_code text not null, sheet text,
    row_no int not null, period_date date, person_key text not null, sex_code text not null, rank_name text,
    unit_name text, function_name text, sworn_code text, hire_date date, separation_date date, active_code text,
    salary numeric, loaded_at timestamptz not null default now());
create index if not exists hr_staff_delivery on raw.hr_staff (delivery_id);
create table if not exists quarantine.hr_row (
    delivery_id text not null, file_name text not null, sheet text, row_no int not null, column_name text not null,
    rule text not null, value_class text not null, quarantined_at timestamptz not null default now());

create table if not exists raw.kobo_form (
    asset_uid text not null, form text not null, version_uid text not null, version_no int not null, content jsonb not null,
    loaded_at timestamptz not null default now(), primary key (asset_uid, version_uid));
create table if not exists raw.kobo_submission (
    form text not null, asset_uid text not null, submission_id bigint not null, root_uuid text, uuid text,
    version_uid text, submitted_at timestamptz, validation_status text, is_deleted boolean not null,
    content_hash text not null, loaded_at timestamptz not null default clock_timestamp());
alter table raw.kobo_submission add column if not exists manifest_hash text;
alter table raw.kobo_submission add column if not exists duration_seconds int;
create index if not exists kobo_submission_key on raw.kobo_submission (asset_uid, submission_id, loaded_at desc);
create index if not exists kobo_submission_root on raw.kobo_submission (asset_uid, root_uuid);
create table if not exists raw.kobo_answer (
    form text not null, asset_uid text not null, submission_id bigint not null, content_hash text not null,
    field text not null, value text not null);
create index if not exists kobo_answer_key on raw.kobo_answer (asset_uid, submission_id, content_hash);

create table if not exists raw.ref_victim (
    iso3 text, indicator text, dimension text, category text, sex text, age text, year int, value_text text,
    source_row int, loaded_at timestamptz not null default now());
create table if not exists raw.ref_police_share (
    iso3 text, country text, year int, value_pct numeric, loaded_at timestamptz not null default now());
-- What publication owns: release (every release, kept) and published (views on the current one: all that Superset may read).
create schema if not exists release;
create schema if not exists published;

create table if not exists release.release (
    release_id bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    state text not null check (state in ('candidate', 'approved', 'current', 'superseded', 'rejected')),
    catalogue_version text not null, content_hash text not null, n_cells int not null, n_suppressed int not null,
    published_at timestamptz);
create unique index if not exists release_one_current on release.release ((true)) where state = 'current';

create table if not exists release.indicator (
    release_id bigint not null references release.release, cell_id text not null, indicator_code text not null,
    indicator_name text not null, domain_no int not null, domain_name text not null, unit text not null,
    direction text not null, target_text text not null, source text not null, level text not null,
    country_code text not null, country_name text not null, agency_code text not null, agency_name text not null,
    agency_type text not null, gender text not null, grade_band text not null, period_year int not null,
    period_date date not null, numerator double precision, denominator double precision, n int,
    estimate double precision, se double precision, df int, ci_low double precision, ci_high double precision,
    method text not null, quality_flag text, suppression_reason text, is_suppressed boolean not null,
    provenance text not null, catalogue_version text not null, primary key (release_id, cell_id));

create or replace view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';

create or replace view published.release_info as
select
    release_id, published_at, n_cells, n_suppressed, catalogue_version,
    case (select min(provenance) || max(provenance) from release.indicator as i where i.release_id = release.release_id)
        when 'syntheticsynthetic' then 'Synthetic data: invented people and answers.'
        when 'realreal' then 'Real data of the United States, not of ASEAN.'
        else 'Synthetic and real data side by side.'
    end as provenance_note
from release.release as release where state = 'current';

do $$ begin
    if exists (select from pg_roles where rolname = 'superset_reader') then
        grant usage on schema published to superset_reader;
        grant select on all tables in schema published to superset_reader;
    end if;
end $$;
-- What the gates keep: one row an expectation and run; counts and rules, never a value.
create schema if not exists ops;
create table if not exists ops.gate_result (
    run_at timestamptz not null, gate text not null, suite text not null, table_name text not null, expectation text not null,
    column_name text not null, severity text not null, success boolean not null, n_unexpected bigint, n_total bigint);
