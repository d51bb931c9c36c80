-- The content of a delivery that is held can be loaded once more when its contract has changed: the numbers that lost their zeros get them back.
-- contract_sha256: the contract as it was then; null, not known, where it was loaded before this migration.
-- replaced_by: the delivery that has this content now. What is replaced keeps its record, its findings
-- and the comparison that held it; its rows and its periods are gone.
alter table raw.hr_delivery add column contract_sha256 text, add column replaced_by int references raw.hr_delivery;
alter table raw.hr_delivery drop constraint hr_delivery_contract_content_sha256_key;
create unique index hr_delivery_content on raw.hr_delivery (contract, content_sha256) where replaced_by is null;
