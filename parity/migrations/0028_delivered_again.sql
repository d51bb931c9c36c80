-- A file that comes again, byte for byte, is not loaded twice. But where another version came between, it is the newest again: the agency took
-- its correction back. `delivered_again_at` is when the content was written last, if it came again; null where it came once.
alter table raw.hr_delivery add column delivered_again_at timestamptz;
-- Each time that a content came again and was written later, or under a final name.
create table raw.hr_delivered_again (
    again_no int generated always as identity primary key, delivery_no int not null references raw.hr_delivery, file_name text not null,
    is_provisional boolean not null, delivered_at timestamptz not null, noted_at timestamptz not null default clock_timestamp());
-- A list that was published and of which no file is loaded any more waits, and has no newest delivery.
alter table ops.effective_delivery alter column newest_no drop not null;
