-- Whether later lists change nothing of what this staff list and those before it tell of who came and left: it was the newest of a release.
alter table ops.effective_delivery add column is_sealed boolean not null default false;
-- Whether the release seals its newest lists. Of the releases from before, which told as if none was sealed, the last one does.
alter table release.release add column seals boolean not null default true;
update release.release set seals = false;
update release.release set seals = true where release_id = (select max(release_id) from release.release where published_at is not null);
