-- A file of a machine whose clock is ahead made its day the newest that anything knows, so that lists of days that had not come counted. It is taken as
-- written when it comes; `said_written_at` is what its place said, by which the same writing is known again. Null where that was no lie.
alter table raw.hr_delivery add column said_written_at timestamptz;
update raw.hr_delivery set said_written_at = delivered_at, delivered_at = loaded_at where delivered_at > loaded_at + interval '1 day';
update raw.hr_delivered_again set delivered_at = noted_at where delivered_at > noted_at + interval '1 day';
update raw.hr_delivery as delivery
set said_written_at = greatest(delivery.said_written_at, delivery.delivered_again_at), delivered_again_at = again.noted_at
from (select delivery_no, max(noted_at) as noted_at from raw.hr_delivered_again group by delivery_no) as again
where again.delivery_no = delivery.delivery_no and delivery.delivered_again_at > again.noted_at + interval '1 day';
