-- What the gates keep: one row per expectation and run; counts and rules, never a value.
create schema if not exists ops;
create table if not exists ops.gate_result (
    run_at timestamptz not null, gate text not null, suite text not null, table_name text not null, expectation text not null,
    column_name text not null, severity text not null, success boolean not null, n_unexpected bigint, n_total bigint);
