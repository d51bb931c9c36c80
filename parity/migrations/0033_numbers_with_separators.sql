-- Staff numbers were hashed without dashes and dots, so that 1-11 and 11-1 were one person. Agencies that have people keep it so, unless a contract says
-- `id_separators: keep`: otherwise all of them would leave and come on one day.
alter table ops.hr_key add column drops_separators boolean not null default false;
update ops.hr_key set drops_separators = true;
