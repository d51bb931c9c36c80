-- Readers have a database of their own (publication/readers.py). What they were allowed here before is taken back.
do $$ begin
    if exists (select from pg_roles where rolname = 'superset_reader') then
        revoke all on all tables in schema published from superset_reader;
        revoke all on schema published from superset_reader;
    end if;
end $$;
