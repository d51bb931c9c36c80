-- What the attack on a release took for known from elsewhere (catalogue/known.yml), and what it left out.
alter table release.attack add column known jsonb not null default '[]';
