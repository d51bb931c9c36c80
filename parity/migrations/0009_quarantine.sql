-- Rows that broke a contract: the place, the rule and the class of the value, never the value.
create schema if not exists quarantine;
create table if not exists quarantine.hr_row (
    delivery_no int not null, file text not null, sheet text, row_no int not null, column_name text not null,
    rule text not null, value_class text not null, quarantined_at timestamptz not null default now());
create table if not exists quarantine.hr_unknown_code (
    delivery_no int not null, column_name text not null, code text not null, n_rows int not null);
