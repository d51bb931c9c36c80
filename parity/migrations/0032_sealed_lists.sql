-- Whether later lists change nothing of what this staff list and those before it tell of who came and left: it was the newest of a release.
alter table ops.effective_delivery add column is_sealed boolean not null default false;
