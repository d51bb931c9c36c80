-- Which delivery of each list counts for figures, and why; and which deliveries each release was made of.
-- A list is a contract, agency and date (1900-01-01 where a file has none); of a register, each year of its rows is one, `rows_year`, else 0.
-- delivery_no is null where the list waits. n_differ, n_women, n_men: people who differ between the newest delivery and what was published.
create table ops.effective_delivery (
    contract text not null, agency_code text not null, period_date date not null, rows_year int not null, grain text not null,
    delivery_no int, newest_no int not null, has_breakdowns boolean not null, reason text not null, n_differ int, n_women int, n_men int,
    n_missing int, primary key (contract, agency_code, period_date, rows_year));
-- A delivery is known by its content, so that a warehouse that is loaded again from the landing compares with the same lists.
create table release.snapshot (
    release_id bigint not null references release.release, contract text not null, agency_code text not null, period_date date not null,
    rows_year int not null, content_sha256 text not null, has_breakdowns boolean not null,
    primary key (release_id, contract, agency_code, period_date, rows_year, content_sha256));
-- What earlier releases were made of was not kept. Each that readers saw counts as made of the deliveries that were newest when it was built; a
-- delivery that was loaded since is compared with them.
with rows_of_register as (
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01') as period_date, cast(extract(year from event_date) as int) as rows_year
    from raw.hr_event
    union
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01'), cast(extract(year from completed_date) as int)
    from raw.hr_training
    union
    select distinct delivery_no, agency_code, coalesce(period_date, date '1900-01-01'), cast(extract(year from opened_date) as int)
    from raw.hr_complaint
),

ranked as (
    select
        release.release_id, delivery.contract, period.agency_code, period.period_date, delivery.delivery_no, delivery.content_sha256, delivery.grain,
        row_number() over (
            partition by release.release_id, delivery.contract, period.agency_code, period.period_date
            order by delivery.is_provisional, delivery.delivered_at desc, delivery.delivery_no desc) as newness
    from raw.hr_delivery_period as period
    inner join raw.hr_delivery as delivery on period.delivery_no = delivery.delivery_no
    inner join release.release as release on release.published_at is not null and delivery.loaded_at <= release.created_at
)

insert into release.snapshot (release_id, contract, agency_code, period_date, rows_year, content_sha256, has_breakdowns)
select
    ranked.release_id, ranked.contract, ranked.agency_code, ranked.period_date, coalesce(register.rows_year, 0), ranked.content_sha256, true
from ranked
left join rows_of_register as register
    on ranked.delivery_no = register.delivery_no and ranked.agency_code = register.agency_code and ranked.period_date = register.period_date
where ranked.newness = 1
    and (ranked.grain not in ('events', 'training', 'complaints') or register.rows_year is not null);
