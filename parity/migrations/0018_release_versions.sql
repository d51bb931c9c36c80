-- What a release was made with: versions of code and policy, and the state of each source. Empty in releases from before.
alter table release.release
    add column if not exists code_version text,
    add column if not exists code_hash text,
    add column if not exists policy_hash text,
    add column if not exists source_hashes jsonb;
