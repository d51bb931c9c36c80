-- Mid-year figures of large agencies: which list of June counts as one, and why (publication/mid_year.py). They are kept apart from
-- ops.effective_delivery, so that nothing that reads the lists of years can take one for a year's. delivery_no is null where the mid-year waits;
-- n_differ, n_women, n_men: people who differ between the newest delivery and what was published of it, or of a neighbour.
create table ops.mid_year_delivery (
    contract text not null, agency_code text not null, period_date date not null, delivery_no int, newest_no int not null,
    reason text not null, n_differ int, n_women int, n_men int, n_missing int, primary key (contract, agency_code, period_date));
-- A list of June may stand in a release as one of its year's, as a mid-year, or as both.
alter table release.snapshot
    add column period text not null default 'year' check (period in ('year', 'mid-year')),
    drop constraint snapshot_pkey,
    add primary key (release_id, contract, agency_code, period_date, rows_year, content_sha256, period);
alter table release.indicator add column period text not null default 'year';
drop view published.indicator;
create view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';
