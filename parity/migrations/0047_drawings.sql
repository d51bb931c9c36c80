-- Drawings of a release: rows of charts as HTML, with the same in plain text. Stored when the release is made, so that a release that is shown
-- again looks as it did.
create table if not exists release.drawing (
    release_id bigint not null references release.release, chart text not null, row_no int not null, country_code text not null,
    country_name text not null, html text not null, plain_text text not null, primary key (release_id, chart, row_no));
create or replace view published.drawing as
select drawing.*, release.catalogue_version from release.drawing as drawing
inner join release.release as release on drawing.release_id = release.release_id and release.state = 'current';
