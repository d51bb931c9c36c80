"""A release of 200,000 cells, copied to the readers' database: the first, and another in its place. That readers see one whole release through a
hundred switches is a test (tests/integration/test_readers.py)."""

from __future__ import annotations

import time

import psycopg

from benchmarks.figures import Figure, figure
from benchmarks.hr import new_database
from parity.database import first_value
from parity.migrate import migrate_warehouse
from publication.readers import Readers, bring_up_to_date
from stack.temporary_server import temporary_server

CELLS, LIMIT_SECONDS, ROLE = 200_000, 30, "bench_reader"
RELEASE = (
    "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)"
    " values ('superseded', '1', %s, %s, 0, now()) returning release_id"
)
INDICATORS = """
insert into release.indicator (
    release_id, cell_id, indicator_code, indicator_name, domain_no, domain_name, unit, direction, target_text, source, level, country_code,
    country_name, agency_code, agency_name, agency_type, gender, grade_band, period_year, period_date, numerator, denominator, n, estimate,
    method, is_suppressed, status, provenance, catalogue_version)
select %(id)s, md5(g::text), 'REP-01', 'Share of women among personnel', 1, 'Representation', 'pct', 'up', '30 %%', 'hr', 'agency', 'THA',
    'Thailand', 'A' || g %% 500, 'Agency ' || g %% 500, 'police', 'all', 'all', 2000 + g %% 25, make_date(2000 + g %% 25, 12, 31),
    5 * (g %% 200), 1000, 1000, (g %% 200) / 2.0, 'census share', false, 'rounded', 'synthetic', '1'
from generate_series(1, %(n)s) as g
"""


def measure_copy() -> list[Figure]:
    with temporary_server() as postgres:
        url = new_database(postgres)
        readers = Readers(new_database(postgres), ROLE)
        migrate_warehouse(url, backups=None)
        seconds = []
        with psycopg.connect(url) as warehouse:
            warehouse.execute(f"create role {ROLE}")
            for number in (1, 2):
                release_id = first_value(warehouse.execute(RELEASE, (str(number), CELLS)))
                warehouse.execute(INDICATORS, {"id": release_id, "n": CELLS})
                warehouse.execute("update release.release set state = 'superseded' where state = 'current'")
                warehouse.execute("update release.release set state = 'current' where release_id = %s", (release_id,))
                warehouse.commit()
                began = time.perf_counter()
                bring_up_to_date(warehouse, readers)
                warehouse.commit()
                seconds.append(time.perf_counter() - began)
        with psycopg.connect(readers.url) as there:
            n = first_value(there.execute("select count(*) from published.indicator where release_id = %s", (release_id,)))
    if n != CELLS:
        raise RuntimeError(f"{n:,} cells of the second release reached the readers, not {CELLS:,}.")
    return [
        figure(f"release: {CELLS:,} cells copied to readers, the {which}", took, "s", LIMIT_SECONDS)
        for which, took in zip(("first", "second in its place"), seconds, strict=True)
    ]
