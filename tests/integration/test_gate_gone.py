"""The gate `candidate` counts the figures that readers would lose: those of a wave that is open, too, and it says how many these are."""

from __future__ import annotations

import pytest

from expectations import run_gate
from publication.cell import Status
from publication.disclosure import WAVE_OPEN
from publication.waves import WaveState
from tests.integration import made_cells
from tests.integration.test_wave_carried import first_rows, kept
from tests.unit.publication.test_waves import cells, release, waves

connection = made_cells.connection


@pytest.fixture
def shown(connection):
    """A current release with eight figures of CUL-03, four of each of two years."""
    connection.execute(
        "insert into raw.catalogue_indicator (indicator_code, name, domain_no, domain_name, source, unit, direction, target_text, reference,"
        " catalogue_version) values ('CUL-03', 'Culture', 1, 'R', 'survey', 'pct', 'up', '', '', '1')"
    )
    rows = [*first_rows(), *release(cells(2024), waves(WaveState(is_closed=True), year=2024)).values()]
    number = kept(connection, rows, held_against=[])
    connection.execute("update release.release set state = 'current' where release_id = %s", (number,))
    return connection, rows


def said(connection, rows, warehouse):
    number = kept(connection, rows, held_against=[])
    connection.execute(
        "update release.release set state = 'candidate', published_at = null, shown_at = null where release_id = %s", (number,)
    )
    connection.execute(
        "insert into release.attack (release_id, n_counts, n_relations, n_protected, n_found, findings) values (%s, 0, 0, 0, 0, '[]')",
        (number,),
    )
    connection.commit()
    return [str(failure) for failure in run_gate("candidate", warehouse).failures if "readers would lose" in str(failure)]


def test_figures_of_a_wave_that_is_open_are_gone_and_counted_as_open(shown, warehouse):
    connection, rows = shown
    open_again = [row.suppress(WAVE_OPEN, Status.OPEN) for row in rows if row.period_year == 2025 and row.gender == "all"]
    of_2024 = [row for row in rows if row.period_year == 2024]
    (warning,) = said(connection, [*open_again, *of_2024[1:]], warehouse)
    assert "CUL-03: 5 of 8 figures gone, 4 of them as their wave is open" in warning


def test_figures_that_are_gone_while_no_wave_is_open_are_not_called_open(shown, warehouse):
    connection, rows = shown
    (warning,) = said(connection, rows[1:], warehouse)
    assert "CUL-03: 1 of 8 figures gone" in warning and "is open" not in warning


def test_the_status_that_the_gate_looks_for_is_that_of_cells():
    from expectations.candidate import _OPEN

    assert _OPEN == Status.OPEN
