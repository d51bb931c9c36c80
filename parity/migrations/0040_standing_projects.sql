-- Of each form, which project of KoboToolbox counts. A form that is deleted and deployed again under its name is another project with
-- another uid; the one that was synced last stands, and an earlier one counts only where the form's contract includes it.
create table raw.catalogue_survey_project (form text, asset_uid text, primary key (form, asset_uid));
comment on table raw.catalogue_survey_project is 'include_earlier_projects of each contract of a form.';

-- The one definition, which figures, fieldwork, gates and proofs go by. A project is known by its cursor; one that was loaded without a
-- cursor is known by its submissions, and counts as the oldest.
create view raw.kobo_project as
with recursive loaded (asset_uid) as (  -- by the index, a project at a time: the table may hold millions of rows
    select min(asset_uid) from raw.kobo_submission
    union all
    select (select min(later.asset_uid) from raw.kobo_submission as later where later.asset_uid > loaded.asset_uid)
    from loaded where loaded.asset_uid is not null),
project as (
    select asset_uid, cursor.synced_at,
        coalesce(cursor.form, (select one.form from raw.kobo_submission as one where one.asset_uid = loaded.asset_uid limit 1)) as form,
        (select max(one.submission_id) from raw.kobo_submission as one where one.asset_uid = loaded.asset_uid) as newest_id
    from loaded full join ops.kobo_cursor as cursor using (asset_uid)
    where asset_uid is not null),
placed as (
    select form, asset_uid,
        row_number() over (partition by form order by synced_at desc nulls last, newest_id desc nulls last, asset_uid) = 1 as is_standing
    from project)
select placed.form, placed.asset_uid, placed.is_standing, placed.is_standing or included.asset_uid is not null as is_counted
from placed left join raw.catalogue_survey_project as included using (form, asset_uid);
comment on view raw.kobo_project is 'Each project of a form that raw holds: whether it is the one that stands, and whether its answers count.';
