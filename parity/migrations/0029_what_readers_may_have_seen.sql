-- When readers may first have seen a release: noted before the copy to their database begins, as that cannot be undone with the record of it.
alter table release.release add column shown_at timestamptz;
update release.release set shown_at = published_at where published_at is not null;
-- The releases that readers had seen when this one was held against them. Null of releases from before this was kept.
alter table release.release add column held_against bigint[];
-- The releases that readers had seen when it was decided which deliveries count (ops.effective_delivery). One row, or none.
create table ops.effective_decision (
    is_the_one boolean primary key default true check (is_the_one), decided_at timestamptz not null default clock_timestamp(),
    releases bigint[] not null);
-- Orders to open a wave again that were taken back before a release that readers saw had heeded them. The order itself stays.
create table ops.survey_wave_order_cancelled (
    order_no bigint primary key references ops.survey_wave_reopened, reason text not null, cancelled_by text not null,
    cancelled_at timestamptz not null default clock_timestamp());
-- The day on which each step of a survey's pace was reached, as survey teams saw it first (publication/shown_days.py). It names nobody.
create table ops.pace_shown (
    form text not null, period_year int not null, agency_code text not null, n_to_date int not null, day date not null,
    primary key (form, period_year, agency_code, n_to_date));
-- The first and the last day of each version of a form, as survey teams saw them: no erasure draws them in.
create table ops.version_shown (
    form text not null, version_uid text not null, first_day date not null, last_day date not null, primary key (form, version_uid));
