-- raw.kobo_answer: a row per answer, read from the document that each submission keeps.
-- Until 24 November 2026 it was a table of its own. Its rows move into their submissions; a row without a submission stops the migration,
-- since dropping the table would lose it.
do $$
declare
    n_rows bigint;
    n_lost bigint;
begin
    if exists (select from pg_tables where schemaname = 'raw' and tablename = 'kobo_answer') then
        select count(*), count(*) filter (where submission.asset_uid is null) into n_rows, n_lost
        from raw.kobo_answer as answer
        left join (select distinct asset_uid, submission_id, content_hash from raw.kobo_submission) as submission
            using (asset_uid, submission_id, content_hash);
        if n_lost > 0 then
            raise exception '% rows of raw.kobo_answer belong to no submission. Copy the table elsewhere, delete these rows, and migrate again.', n_lost;
        end if;
        update raw.kobo_submission as submission set answers = (
            select jsonb_object_agg(answer.field, answer.value) from raw.kobo_answer as answer
            where answer.asset_uid = submission.asset_uid and answer.submission_id = submission.submission_id
                and answer.content_hash = submission.content_hash)
        where submission.answers is null;
        drop table raw.kobo_answer cascade;
        raise notice '% answers moved from raw.kobo_answer into raw.kobo_submission.answers.', n_rows;
    end if;
    -- An older view has fewer columns, and a view's columns cannot be reordered. dbt makes the views on it again.
    if exists (select from pg_views where schemaname = 'raw' and viewname = 'kobo_answer')
        and 'load_no' not in (
            select column_name from information_schema.columns where table_schema = 'raw' and table_name = 'kobo_answer')
    then
        drop view raw.kobo_answer cascade;
    end if;
end $$;
create or replace view raw.kobo_answer as
select submission.form, submission.asset_uid, submission.submission_id, submission.content_hash, answer.key as field,
    chosen.value, instance.place as instance, submission.load_no
from raw.kobo_submission as submission
cross join lateral jsonb_each(submission.answers) as answer (key, document)
cross join lateral (
    select '' as place, answer.document as leaf where jsonb_typeof(answer.document) <> 'object'
    union all
    select within.key, within.value
    from jsonb_each(case when jsonb_typeof(answer.document) = 'object' then answer.document end) as within) as instance
cross join lateral (
    select instance.leaf #>> '{}' as value where jsonb_typeof(instance.leaf) <> 'array'
    union all
    select code from jsonb_array_elements_text(case when jsonb_typeof(instance.leaf) = 'array' then instance.leaf end) as code) as chosen
where submission.answers is not null;
