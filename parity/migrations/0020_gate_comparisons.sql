-- What gates compare with, and which failures somebody answers for.
-- How much each source held: 'now' is counted by the gate that runs, 'passed' is what the last gate passed, 'built' what the last complete build was made of.
create table if not exists ops.volume (
    state text not null check (state in ('now', 'passed', 'built')), source text not null, part text not null, n bigint not null,
    counted_at timestamptz not null default clock_timestamp(), primary key (state, source, part));
-- A failed check that an entry of catalogue/accepted.yml covered: whose entry, and until when. Of several, the one that ends first.
alter table ops.gate_result
    add column if not exists accepted_by text,
    add column if not exists accepted_until date;
