-- Until November 2026 a delivery was known by a text. Its tables fit the newer ones in nothing: they move to the schema raw_old with
-- all rows. The files are still in the landing and in the drop folder, and load again.
do $$
declare
    n_rows bigint;
begin
    if exists (
        select from information_schema.columns
        where table_schema = 'raw' and table_name = 'hr_delivery' and column_name = 'delivery_id')
    then
        create schema if not exists raw_old;
        execute 'select count(*) from raw.hr_staff' into n_rows;
        alter table raw.hr_staff set schema raw_old;
        alter table raw.hr_delivery set schema raw_old;
        if to_regclass('quarantine.hr_row') is not null then
            alter table quarantine.hr_row set schema raw_old;
        end if;
        raise notice 'hr_staff (% rows), hr_delivery and hr_row of the first version moved to the schema raw_old: their files load again '
            'with the next run of ingest_hr. Drop raw_old when you have seen it.', n_rows;
    end if;
end $$;
