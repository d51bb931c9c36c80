-- The note on a release names the countries whose real data it holds.
create or replace view published.release_info as
select
    release.release_id, release.published_at, release.n_cells, release.n_suppressed, release.catalogue_version,
    case
        when held.n_real = 0 then 'Synthetic data: invented people and answers.'
        when held.n_synthetic = 0 then 'Real data: ' || held.real_countries || '.'
        else 'Synthetic and real data side by side. Real: ' || held.real_countries || '.'
    end as provenance_note
from release.release as release
cross join lateral (
    select
        count(*) filter (where cell.provenance = 'real') as n_real,
        count(*) filter (where cell.provenance = 'synthetic') as n_synthetic,
        coalesce(
            string_agg(distinct cell.country_name, ', ') filter (where cell.provenance = 'real' and cell.country_code <> 'all'),
            'no country named') as real_countries
    from release.indicator as cell
    where cell.release_id = release.release_id
) as held
where release.state = 'current';
