-- Files of the landing that were found to hold other bytes than their name says: cut short by a power cut, or changed. aside_uri is where these bytes
-- lie now, under their own hash; null where there were none. A staff file is settled when it is decided whether rows were loaded from these bytes:
-- `outcome` says what became of it. It is written before anything is put right, so that a kill in between forgets nothing.
create table ops.landing_torn (
    torn_no int generated always as identity primary key, source text not null, name text not null, content_sha256 text not null, uri text not null,
    found_sha256 text not null, found_bytes bigint not null, aside_uri text, found_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz, outcome text);
create unique index landing_torn_open on ops.landing_torn (uri, found_sha256) where settled_at is null;
