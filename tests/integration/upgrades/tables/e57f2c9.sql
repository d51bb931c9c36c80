-- The tables as the code of e57f2c9 made them: schema.sql of ingestion, publication and expectations (git show e57f2c9:<room>/schema.sql).
-- What ingestion owns: raw (the landing loaded, codes as they came), quarantine (what broke a contract), and its part of ops.
create schema if not exists ops;
create schema if not exists raw;
create schema if not exists quarantine;

create table if not exists ops.landing_file (
    source text not null, name text not null, content_sha256 text not null, uri text not null, n_bytes bigint not null,
    landed_at timestamptz not null default now(), primary key (source, name, content_sha256));

create table if not exists ops.kobo_cursor (
    asset_uid text primary key, form text not null, rights text not null, history_at text, n_live bigint not null,
    counter_gap bigint, is_suspect boolean not null default false, contract_hash text, synced_at timestamptz not null default clock_timestamp(),
    scanned_at timestamptz not null default clock_timestamp());

create table if not exists ops.kobo_pull (
    asset_uid text not null, last_id bigint not null, uri text not null, landed_at timestamptz not null default clock_timestamp(),
    primary key (asset_uid, last_id));
create table if not exists ops.kobo_erased (
    root_sha256 text primary key, form text not null, erased_at timestamptz not null default clock_timestamp());
-- What `parity kobo flag` wrote to the server: a hold with the rules that fired, dated and signed as the server did, or its release.
create table if not exists ops.kobo_flag (
    flag_no bigint generated always as identity, form text not null, asset_uid text not null, submission_id bigint not null,
    rules text[] not null, is_hold boolean not null, status_at bigint, by_whom text,
    flagged_at timestamptz not null default clock_timestamp());
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
create table if not exists raw.catalogue_fieldwork (
    smallest_cell int not null, speeder_share double precision not null, straight_line_items int not null,
    duplicate_items int not null, duplicate_hours int not null);
create table if not exists raw.catalogue_survey_item (item text primary key, text_en text not null);
create table if not exists raw.catalogue_survey_contract (form text primary key, weight_kind text not null, period_year int);
create table if not exists raw.catalogue_survey_frame (
    form text not null, agency_code text not null, n_population int not null, primary key (form, agency_code));

-- Until November 2026 a delivery was known by a text; its file is still in the drop folder, and loads again.
do $$ begin
    if exists (
        select from information_schema.columns
        where table_schema = 'raw' and table_name = 'hr_delivery' and column_name = 'delivery_id')
    then
        drop table raw.hr_staff, raw.hr_delivery, quarantine.hr_row cascade;
    end if;
end $$;
create table if not exists raw.hr_delivery (
    delivery_no int generated always as identity primary key, contract text not null, file_name text not null,
    content_sha256 text not null, landing_uri text not null, grain text not null, is_provisional boolean not null,
    delivered_at timestamptz not null, n_rows int not null, n_quarantined int not null, notices jsonb not null,
    loaded_at timestamptz not null default clock_timestamp(), rekeyed_at timestamptz, unique (contract, content_sha256));
create table if not exists raw.hr_delivery_period (   -- spells and events have no period: 1900-01-01
    delivery_no int not null references raw.hr_delivery, agency_code text not null, period_date date not null,
    n_rows int not null, primary key (delivery_no, agency_code, period_date));
create table if not exists raw.hr_revision (
    delivery_no int not null references raw.hr_delivery, replaced_no int not null, agency_code text not null,
    period_date date not null, is_in_force boolean not null, n_people_before int not null, n_people_after int not null,
    n_added int not null, n_gone int not null, n_changed int not null, changed_cells jsonb not null,
    primary key (delivery_no, agency_code, period_date));
create table if not exists raw.hr_staff (
    delivery_no int not null, file text not null, sheet text, row_no int not null, agency_code text not null, period_date date,
    person_key text not null, sex_code text not null, rank_name text, unit_name text, function_name text, sworn_code text,
    hire_date date, separation_date date, active_code text, salary numeric, birth_year int, age_band text);
create table if not exists raw.hr_event (
    delivery_no int not null, file text not null, sheet text, row_no int not null, agency_code text not null,
    person_key text not null, sex_code text, event_code text not null, event_date date not null, rank_name text,
    unit_name text, from_unit_name text);
create table if not exists raw.hr_aggregate (
    delivery_no int not null, file text not null, sheet text, row_no int not null, agency_code text not null, period_date date,
    gender text not null, sworn_status text, rank_name text, unit_name text, function_name text, n_low int not null,
    n_high int not null);
-- Rows of a delivery lie together, as they are copied in one go: a range index finds them and costs nothing to keep.
create index if not exists hr_staff_delivery on raw.hr_staff using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create index if not exists hr_event_delivery on raw.hr_event using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create index if not exists hr_aggregate_delivery on raw.hr_aggregate using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create table if not exists quarantine.hr_row (
    delivery_no int not null, file text not null, sheet text, row_no int not null, column_name text not null,
    rule text not null, value_class text not null, quarantined_at timestamptz not null default now());
create table if not exists quarantine.hr_unknown_code (
    delivery_no int not null, column_name text not null, code text not null, n_rows int not null);
create table if not exists ops.hr_key (agency_code text primary key, key_id text not null, since timestamptz not null default now());

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
    load_no bigint generated always as identity);   -- the newest version is the highest: a machine's clock may be set back
create index if not exists kobo_submission_root on raw.kobo_submission (asset_uid, root_uuid);
-- Until November 2026 answers had a table of their own.
do $$ begin
    if exists (select from pg_tables where schemaname = 'raw' and tablename = 'kobo_answer') then
        alter table raw.kobo_submission
            add column if not exists answers jsonb, add column if not exists manifest_hash text,
            add column if not exists duration_seconds int;
        update raw.kobo_submission as submission set answers = (
            select jsonb_object_agg(answer.field, answer.value) from raw.kobo_answer as answer
            where answer.asset_uid = submission.asset_uid and answer.submission_id = submission.submission_id
                and answer.content_hash = submission.content_hash);
        drop table raw.kobo_answer;
    end if;
    if not exists (
        select from information_schema.columns
        where table_schema = 'raw' and table_name = 'kobo_submission' and column_name = 'load_no')
    then
        alter table raw.kobo_submission add column load_no bigint generated always as identity;
        drop index if exists raw.kobo_submission_key;
    end if;
end $$;
create index if not exists kobo_submission_newest on raw.kobo_submission (asset_uid, submission_id, load_no desc);
create or replace view raw.kobo_answer as
select submission.form, submission.asset_uid, submission.submission_id, submission.content_hash, answer.key as field,
    chosen.value, instance.place as instance, submission.load_no
from raw.kobo_submission as submission
cross join lateral jsonb_each(submission.answers) as answer (key, document)
cross join lateral (
    select '' as place, answer.document as leaf where jsonb_typeof(answer.document) <> 'object'
    union all
    select within.key, within.value
    from jsonb_each(case when jsonb_typeof(answer.document) = 'object' then answer.document end) as within) as instance
cross join lateral (
    select instance.leaf #>> '{}' as value where jsonb_typeof(instance.leaf) <> 'array'
    union all
    select code from jsonb_array_elements_text(case when jsonb_typeof(instance.leaf) = 'array' then instance.leaf end) as code) as chosen
where submission.answers is not null;

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
