-- How many answers to each field stayed in the landing, as no version of the form offers their code: counted anew by each scan.
alter table ops.kobo_cursor add column if not exists unread jsonb not null default '{}';
