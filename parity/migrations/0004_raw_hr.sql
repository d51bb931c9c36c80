-- Staff files as they were delivered: raw.hr_*.
create schema if not exists raw;
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
create table if not exists raw.hr_staff (   -- member: a file's name within an archive
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    person_key text not null, sex_code text not null, rank_name text, unit_name text, function_name text, sworn_code text,
    hire_date date, separation_date date, active_code text, salary numeric, birth_year int, age_band text);
create table if not exists raw.hr_event (   -- member: a file's name within an archive
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    person_key text not null, sex_code text, event_code text not null, event_date date not null, rank_name text,
    unit_name text, from_unit_name text);
create table if not exists raw.hr_training (   -- member: a file's name within an archive
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    person_key text not null, course_code text not null, completed_date date not null, hours numeric);
create table if not exists raw.hr_complaint (   -- of nobody: neither who complains nor of whom
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    complaint_code text not null, opened_date date not null, closed_date date, sex_code text);
create table if not exists raw.hr_applicant (   -- member: a file's name within an archive
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    gender text not null, stage text not null, round_name text, n_low int not null, n_high int not null);
create table if not exists raw.hr_aggregate (   -- member: a file's name within an archive
    delivery_no int not null, member text, sheet text, row_no int not null, agency_code text not null, period_date date,
    gender text not null, sworn_status text, rank_name text, unit_name text, function_name text, n_low int not null,
    n_high int not null);
-- Before 24 November 2026 a row named its file in every case, in the column `file`; now only a file within an archive, in `member`.
do $$
declare
    relation text;
begin
    foreach relation in array array['hr_staff', 'hr_event', 'hr_aggregate'] loop
        if exists (
            select from information_schema.columns
            where table_schema = 'raw' and table_name = relation and column_name = 'file')
        then
            execute format('alter table raw.%I alter column file drop not null', relation);
            execute format('alter table raw.%I rename column file to member', relation);
        end if;
    end loop;
end $$;
alter table raw.hr_event add column if not exists period_date date;

-- Rows of a delivery lie together, as they are copied in one go: a range index finds them and costs nothing to keep.
create index if not exists hr_staff_delivery on raw.hr_staff using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create index if not exists hr_event_delivery on raw.hr_event using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create index if not exists hr_training_delivery on raw.hr_training using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
create index if not exists hr_aggregate_delivery on raw.hr_aggregate using brin (delivery_no) with (pages_per_range = 16, autosummarize = on);
