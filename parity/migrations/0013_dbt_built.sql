-- What dbt built (dbt/macros/unchanged.sql): the version of the inputs that each relation was made from and each test passed on, and the
-- code that an incremental model's rows were made by.
create schema if not exists ops;
create table if not exists ops.dbt_built (
    node text primary key, version text not null, content text, relation_oid oid,
    built_at timestamptz not null default clock_timestamp());
alter table ops.dbt_built add column if not exists code text;
