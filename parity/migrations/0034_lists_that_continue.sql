-- Each staff list against the agency's list before it, in counts of people. A list outside the bounds of its contract is held: it stands in raw
-- and counts for no figure until somebody accepts it, with a reason. Lists from before this migration are not held.
create table raw.hr_continuity (
    delivery_no int not null references raw.hr_delivery, agency_code text not null, period_date date not null,
    compared_no int not null references raw.hr_delivery, compared_date date not null,   -- the same date: a correction
    n_before int not null, n_after int not null, n_kept int not null, n_come int not null, n_gone int not null, counts jsonb not null,
    outside jsonb not null, cause text not null,   -- what is outside the bounds, and the likeliest cause; both in words, empty where it continues
    is_held boolean not null, measured_at timestamptz not null default clock_timestamp(),
    accepted_at timestamptz, accepted_by text, accepted_because text,
    primary key (delivery_no, agency_code, period_date));
-- Whether a staff number stands in several rows of a list of the delivery; null: not known, as it was loaded before.
alter table raw.hr_delivery add column has_repeats boolean;
