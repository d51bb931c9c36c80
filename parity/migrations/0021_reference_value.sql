-- A figure's reference value bears its name and its kind: the column expected_value meant seven things.
alter table raw.catalogue_indicator add column reference_kind text;
alter table release.indicator rename column expected_value to reference_value;
alter table release.indicator add column reference_kind text;
drop view published.indicator;
create view published.indicator as
select indicator.* from release.indicator as indicator
inner join release.release as release on indicator.release_id = release.release_id and release.state = 'current';
