-- Survey waves: what contracts declare, whose answers each published wave rests on, and orders to open one again.
create table raw.catalogue_survey_wave (
    form text not null, wave text not null, first_day date not null, last_day date not null, period_year int not null,
    primary key (form, period_year));

-- A release that computed a wave's figures. Once it is published, the wave is final. `salt` is secret and never leaves the warehouse.
create table release.survey_wave (
    release_id bigint not null references release.release, form text not null, period_year int not null, wave text not null,
    salt bytea not null, n_respondents int not null, primary key (release_id, form, period_year));

-- Each respondent of it: keyed hashes of the root uuid and of each answer, no value. An erasure deletes the person's row.
create table release.survey_seal (
    release_id bigint not null, form text not null, period_year int not null, who bytea not null, seals jsonb not null,
    primary key (release_id, form, period_year, who),
    foreign key (release_id, form, period_year) references release.survey_wave on delete cascade);

-- Orders to compute a final wave again. `release_id` is the candidate that heeded it last; once that is published, the order is done.
create table ops.survey_wave_reopened (
    order_no bigint generated always as identity primary key, form text not null, period_year int not null, wave text not null,
    reason text not null, ordered_by text not null, ordered_at timestamptz not null default clock_timestamp(),
    release_id bigint references release.release);
