-- Every release, kept: release.*.
create schema if not exists release;
create table if not exists release.release (
    release_id bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    state text not null check (state in ('candidate', 'approved', 'current', 'superseded', 'rejected')),
    catalogue_version text not null, content_hash text not null, n_cells int not null, n_suppressed int not null,
    published_at timestamptz);
-- The first version knew no approved release.
alter table release.release drop constraint if exists release_state_check;
alter table release.release add constraint release_state_check
    check (state in ('candidate', 'approved', 'current', 'superseded', 'rejected'));
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
alter table release.indicator
    add column if not exists response_rate_pct double precision,
    add column if not exists cronbach_alpha double precision,
    add column if not exists p_value double precision,
    add column if not exists unavailable_reason text,
    add column if not exists tier text,
    add column if not exists expected_value double precision,
    add column if not exists opt_in_pct double precision,
    add column if not exists breakdown text not null default 'none',
    add column if not exists breakdown_value text not null default 'all';

create table if not exists release.roadmap (
    release_id bigint not null references release.release, target text not null, indicator_code text not null,
    indicator_name text not null, unit text not null, level text not null, country_code text not null, country_name text not null,
    agency_code text not null, agency_name text not null, provenance text not null, target_value double precision not null,
    due_year int not null, source_text text not null, period_year int, current_value double precision,
    change_per_year double precision, needed_per_year double precision, scenario text not null, scenario_label text not null,
    sort_order int not null, value_at_due double precision, years_to_target int, levels_off_at double precision,
    status text not null, words text not null, is_suppressed boolean not null, suppression_reason text,
    women_share_of_hires double precision, women_share_of_hires_needed double precision,
    primary key (release_id, target, provenance, scenario));
alter table release.roadmap
    add column if not exists women_share_of_hires double precision,
    add column if not exists women_share_of_hires_needed double precision;

create table if not exists release.roadmap_path (
    release_id bigint not null references release.release, target text not null, provenance text not null, scenario text not null,
    scenario_label text not null, sort_order int not null, period_year int not null, value double precision not null,
    primary key (release_id, target, provenance, scenario, period_year));
create table if not exists release.composite (
    release_id bigint not null references release.release, composite_id text not null, composite_name text not null,
    status_text text not null, level text not null, country_code text not null, country_name text not null, agency_code text not null,
    agency_name text not null, agency_type text not null, period_year int not null, provenance text not null,
    index_value double precision, arithmetic_value double precision, coverage_pct double precision not null, n_domains int not null,
    without_one_low double precision, without_one_high double precision, weights_p5 double precision, weights_p95 double precision,
    unavailable_reason text, catalogue_version text not null,
    primary key (release_id, composite_id, country_code, agency_code, agency_type, period_year, provenance));
create table if not exists release.composite_domain (
    release_id bigint not null references release.release, composite_id text not null, level text not null,
    country_code text not null, country_name text not null, agency_code text not null, agency_name text not null,
    agency_type text not null, period_year int not null, provenance text not null, domain_no int not null, domain_name text not null,
    score double precision, indicator_codes text not null, n_indicators int not null, n_defined int not null,
    unavailable_reason text, catalogue_version text not null,
    primary key (release_id, composite_id, country_code, agency_code, agency_type, period_year, provenance, domain_no));
