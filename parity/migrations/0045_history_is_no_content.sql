-- When a row was loaded or a form synced is no content, nor is the row of the server's history up to which a form is known, which each reading moves.
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
        execute format(
            'select md5(coalesce(string_agg(content, ''|'' order by content), '''')) from (
                select cast(to_jsonb(line) - array[''loaded_at'', ''synced_at'', ''scanned_at'', ''history_at'', ''known_at''] as text) as content
                from %I.%I as line) as lines',
            source_schema, source_name) into state;
    end if;
    return state;
end $$;
