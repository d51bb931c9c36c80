-- Promises with their author, document and history, milestones on the way, and actions: as the catalogue states them, and as each release saw them.
create table raw.catalogue_promise (
    target text primary key, indicator_code text not null, agency_code text not null, country_code text, target_value double precision not null,
    due_year int not null, made_by text not null, made_date date, source_text text not null, framework text not null,
    framework_label text not null, withdrawn_date date, withdrawn_why text, withdrawn_document text);
create table raw.catalogue_milestone (
    target text not null, milestone_year int not null, milestone_value double precision not null, primary key (target, milestone_year));
create table raw.catalogue_promise_change (
    target text not null, changed_date date not null, value_before double precision, due_before int, why text not null, document text not null,
    primary key (target, changed_date));
create table raw.catalogue_action (
    target text not null, action text not null, sort_order int not null, what text not null, owner text not null, due_date date not null,
    state text not null, evidence text, why text, primary key (target, action));

create table if not exists release.promise (
    release_id bigint not null references release.release, target text not null, indicator_code text not null, indicator_name text not null,
    unit text not null, direction text not null, level text not null, country_code text not null, country_name text not null,
    agency_code text not null, agency_name text not null, provenance text not null, framework text not null, framework_label text not null,
    made_by text not null, made_date date, source_text text not null, first_value double precision not null,
    first_due_year int not null, target_value double precision not null, due_year int not null, state text not null, words text not null,
    period_year int, current_value double precision, ci_low double precision, ci_high double precision, base_year int,
    base_value double precision, expected_value double precision, withdrawn_date date, withdrawn_why text, withdrawn_document text,
    is_in_catalogue boolean not null, primary key (release_id, target, provenance));
create table if not exists release.promise_milestone (
    release_id bigint not null references release.release, target text not null, provenance text not null, country_code text not null,
    agency_code text not null, milestone_year int not null, milestone_value double precision not null, unit text not null,
    state text not null, current_value double precision, primary key (release_id, target, provenance, milestone_year));
create table if not exists release.promise_change (
    release_id bigint not null references release.release, target text not null, country_code text not null, agency_code text not null,
    unit text not null, change_no int not null, changed_date date not null, value_before double precision, value_after double precision, due_before int,
    due_after int, why text not null, document text, is_stated boolean not null, primary key (release_id, target, change_no));
create table if not exists release.promise_action (
    release_id bigint not null references release.release, target text not null, country_code text not null, agency_code text not null,
    action text not null, sort_order int not null, what text not null, owner text not null, due_date date not null, state text not null,
    evidence text, why text, primary key (release_id, target, action));

create or replace view published.promise as
select promise.*, release.catalogue_version from release.promise as promise
inner join release.release as release on promise.release_id = release.release_id and release.state = 'current';
create or replace view published.promise_milestone as
select promise_milestone.*, release.catalogue_version from release.promise_milestone as promise_milestone
inner join release.release as release on promise_milestone.release_id = release.release_id and release.state = 'current';
create or replace view published.promise_change as
select promise_change.*, release.catalogue_version from release.promise_change as promise_change
inner join release.release as release on promise_change.release_id = release.release_id and release.state = 'current';
create or replace view published.promise_action as
select promise_action.*, release.catalogue_version from release.promise_action as promise_action
inner join release.release as release on promise_action.release_id = release.release_id and release.state = 'current';
