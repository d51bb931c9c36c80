-- What the last complete build was made from, and the state of each table that dbt reads.
create table if not exists ops.build (
    is_only boolean primary key default true check (is_only), version text not null,
    built_at timestamptz not null default clock_timestamp());

-- Changes when the table's content changes. Staff tables are known by their deliveries, and submissions by the transactions that wrote
-- them, as reading them whole costs too much.
create or replace function ops.source_state(source_schema text, source_name text) returns text language plpgsql stable as $$
declare state text;
begin
    if source_name like 'hr\_%' then
        select md5(string_agg(part, '|')) into state from (
            select coalesce(string_agg(cast(delivery as text), '|' order by delivery_no), '') as part from raw.hr_delivery as delivery
            union all
            select coalesce(string_agg(cast(period as text), '|' order by delivery_no, agency_code, period_date), '')
            from raw.hr_delivery_period as period) as parts;
    elsif source_name in ('kobo_submission', 'kobo_answer') then
        select md5(concat_ws('/', count(*), sum(cast(cast(xmin as text) as bigint)))) into state from raw.kobo_submission;
    else
        execute format('select md5(coalesce(string_agg(cast(line as text), ''|'' order by cast(line as text)), '''')) from %I.%I as line',
            source_schema, source_name) into state;
    end if;
    return state;
end $$;
