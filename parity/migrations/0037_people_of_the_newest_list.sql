-- A compact copy of each agency's newest list (pseudonyms as numbers, sex, rank, unit, year of birth, day of hire), so that the next list of a million
-- people is compared with it in seconds. It is made anew from raw.hr_staff wherever it is missing, and goes with the agency's key.
create table raw.hr_list_people (
    contract text not null, agency_code text not null, delivery_no int not null references raw.hr_delivery on delete cascade, period_date date not null,
    people bytea not null,   -- Arrow's stream format
    primary key (contract, agency_code));
alter table raw.hr_list_people alter column people set storage external;
