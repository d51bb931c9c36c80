-- What dbt's models hold (dbt/macros/unchanged.sql, lists.sql). Each model writes its own rows, in the transaction that writes its table.
create schema if not exists ops;
-- The staff lists that each model of lists was made from, with the version of each.
create table if not exists ops.dbt_list_held (
    node text, contract text, agency_code text, period_date date, version text not null,
    primary key (node, contract, agency_code, period_date));
-- The state of each table that dbt reads, and its columns, as of the start of the newest run.
create table if not exists ops.dbt_source (source text primary key, version text not null, columns text not null);
