-- What lies in the places where staff files wait, by content, as it was last read. A watch compares it with what is loaded or refused, and reads no file again.
create table ops.hr_drop_file (
    contract text not null, url text not null, written_at timestamptz not null, n_bytes bigint not null, content_sha256 text not null,
    seen_at timestamptz not null default clock_timestamp(), primary key (contract, url));
-- Staff files that were refused, one row per content. The same content is tried again under another contract (contract_sha256), when it is written again
-- where it lies, or when somebody puts it back from moved_to. message: the refusal, which quotes no person. moved_to: where Parity put the file, if it may.
create table ops.hr_refused (
    contract text not null, content_sha256 text not null, contract_sha256 text not null, file_name text not null, url text not null,
    written_at timestamptz not null, n_bytes bigint not null, message text not null, moved_to text,
    refused_at timestamptz not null default clock_timestamp(), primary key (contract, content_sha256));
