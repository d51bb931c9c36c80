-- Questions about a form that somebody has to answer. A form is held when its submissions vanish from the server in a way that is no proof of a
-- deletion: what raw holds stays until the server has them back, or `parity kobo accept` says that they are gone.
-- kind: what is asked ('absence'; other kinds may follow). reasons: why, as codes. n_absent: how many of n_held the server does not send, the very
-- submissions of ops.kobo_hold_submission. n_seen: what it sent. counter: what its own counter says.
create table ops.kobo_hold (
    hold_no bigint generated always as identity primary key, form text not null, asset_uid text not null, kind text not null, reasons text[] not null,
    n_held bigint not null, n_seen bigint not null, n_absent bigint not null, counter bigint,
    opened_at timestamptz not null default clock_timestamp(), seen_at timestamptz not null default clock_timestamp(),
    accepted_at timestamptz, accepted_by text, accepted_because text, closed_at timestamptz, closed_because text);
create unique index kobo_hold_open on ops.kobo_hold (form, asset_uid, kind) where closed_at is null;
create table ops.kobo_hold_submission (
    hold_no bigint not null references ops.kobo_hold on delete cascade, form text not null, submission_id bigint not null,
    primary key (hold_no, submission_id));
-- A moment of which the form's project history has a row, as far as is known: while that row is there, the server has forgotten nothing since.
alter table ops.kobo_cursor add column known_at text;
