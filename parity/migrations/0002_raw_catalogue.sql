-- The catalogue as tables: raw.catalogue_*, replaced whole at each load.
create schema if not exists raw;
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
create table if not exists raw.catalogue_unit (
    contract text not null, agency_code text not null, place int not null, name_like text not null, post_type text,
    is_counter_trafficking boolean not null, valid_from date not null, valid_to date not null,
    primary key (contract, agency_code, place));
create table if not exists raw.catalogue_sex_code (
    contract text not null, code text not null, gender text not null, primary key (contract, code));
create table if not exists raw.catalogue_hr_code (
    contract text not null, kind text not null, code text not null, value text not null, primary key (contract, kind, code));
create table if not exists raw.catalogue_hr_contract (
    contract text primary key, agency_code text not null, grain text not null, date_precision text not null,
    observed_from date, observed_to date, extract_date date, leavers text not null);
create table if not exists raw.catalogue_hr_promise (contract text not null, field text not null, primary key (contract, field));
create table if not exists raw.catalogue_indicator (
    indicator_code text primary key, name text not null, domain_no int not null, domain_name text not null,
    source text not null, unit text not null, direction text not null, target_text text not null, reference text not null,
    numerator_text text, denominator_text text, catalogue_version text not null);
create table if not exists raw.catalogue_scenario (
    scenario text primary key, label text not null, sort_order int not null, hires_factor double precision not null,
    women_share_of_hires double precision, women_separation_factor double precision not null,
    men_separation_factor double precision not null, women_leave text not null);
create table if not exists raw.catalogue_target (
    target text primary key, indicator_code text not null, agency_code text not null, country_code text,
    target_value double precision not null, due_year int not null, source_text text not null);
create table if not exists raw.catalogue_indicator_item (
    indicator_code text not null, item text not null, is_reversed boolean not null, primary key (indicator_code, item));
create table if not exists raw.catalogue_indicator_answer (
    indicator_code text not null, item text not null, answer text not null, worth double precision not null,
    primary key (indicator_code, item, answer));
create table if not exists raw.catalogue_indicator_condition (
    indicator_code text not null, item text, answer text, among_indicator text);
create table if not exists raw.catalogue_indicator_breakdown (
    indicator_code text not null, breakdown text not null, answer text, needs_text text not null, is_lacking boolean not null,
    primary key (indicator_code, breakdown));
create table if not exists raw.catalogue_fieldwork (
    smallest_cell int not null, speeder_share double precision not null, straight_line_items int not null,
    duplicate_items int not null, duplicate_hours int not null);
create table if not exists raw.catalogue_survey_item (item text primary key, text_en text not null);
create table if not exists raw.catalogue_survey_contract (form text primary key, weight_kind text not null, period_year int);
create table if not exists raw.catalogue_survey_total (
    form text not null, agency_code text not null, gender text not null, grade_band text, n_population double precision not null);
create table if not exists raw.catalogue_survey_margin (
    form text not null, agency_code text not null, margin text not null, category text not null, n_population double precision not null,
    primary key (form, agency_code, margin, category));
create table if not exists raw.catalogue_survey_frame (
    form text not null, agency_code text not null, n_population int not null, primary key (form, agency_code));
create table if not exists raw.catalogue_fact_item (
    form text not null, item text not null, subject text not null, text_en text, primary key (form, item));
-- Columns that came after the first version of a table.
alter table raw.catalogue_rank add column if not exists is_acting boolean not null default false;
alter table raw.catalogue_hr_contract
    add column if not exists mapping_hash text not null default '',
    add column if not exists period_grain text not null default 'month',
    add column if not exists due_days int;
alter table raw.catalogue_indicator
    alter column numerator_text drop not null,
    alter column denominator_text drop not null,
    add column if not exists tier text,
    add column if not exists formula_text text,
    add column if not exists statistic text,
    add column if not exists goalpost_worst double precision,
    add column if not exists goalpost_best double precision,
    add column if not exists needs_text text,
    add column if not exists score text,
    add column if not exists answered_at_least int,
    add column if not exists is_sensitive boolean;
alter table raw.catalogue_survey_contract
    add column if not exists poststratify text not null default 'none',
    add column if not exists reference_date date;
