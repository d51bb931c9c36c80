"""`parity explain` says with a figure whom it counts, and what its standard says otherwise."""

from types import SimpleNamespace

from cli.indicators import _show
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY

INDICATORS = {one.id: one for one in load_catalogue(REPOSITORY / "catalogue").indicators}
CELL = {
    "period": "year", "period_year": 2025, "release_id": 1, "catalogue_version": "2027.1", "provenance": "synthetic", "country_code": "AAA",
    "agency_code": "A", "agency_type": "police", "gender": "all", "grade_band": "all", "breakdown": "none", "estimate": 30.0, "n": 100,
    "ci_low": None, "is_suppressed": False, "unavailable_reason": None, "quality_flag": None, "method": "census share",
}  # fmt: skip


def told(code, capsys):
    _show(SimpleNamespace(indicator=INDICATORS[code], cells=[CELL], files=(), forms=(), gates=()))
    return " ".join(capsys.readouterr().out.split())


def test_a_figure_comes_with_whom_it_counts_and_what_differs_from_its_standard(capsys):
    said = told("PRO-07", capsys)
    assert (
        "Counts women and men in post whose pay is on the list and above 0. Of the day of the agency's last list of the year."
        in said
    )
    assert "Differs from its standard: Pay is not by the hour" in said


def test_where_nothing_differs_nothing_is_said(capsys):
    assert "Differs" not in told("REP-04", capsys)
