"""Which entries of accepted.yml are refused, and with which words; no database is needed."""

import pytest

from expectations.acceptance import refuse_wrong
from expectations.suites import suites
from parity.catalogue import CatalogueError
from parity.catalogue.accepted import load_accepted
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from tests.integration.gate_sources import entry

CATALOGUE = REPOSITORY / "catalogue"
SUITES = [suite for gate in suites(load_policy(CATALOGUE), load_limits(CATALOGUE)).values() for suite in gate]
BETWEEN, EQUAL = "ExpectColumnValuesToBeBetween", "ExpectTableRowCountToEqual"
STAFF = "staff files against the build before"


def check(folder, *entries):
    (folder / "accepted.yml").write_text("accepted:\n" + "".join(entries), encoding="utf-8")
    refuse_wrong(folder / "accepted.yml", load_accepted(folder), SUITES)


def test_the_file_as_it_is_shipped_is_right_and_accepts_nothing():
    assert load_accepted(CATALOGUE) == []


def test_a_catalogue_without_the_file_accepts_nothing(tmp_path):
    assert load_accepted(tmp_path) == []


def test_an_entry_that_names_what_is_there_is_taken(tmp_path):
    check(
        tmp_path,
        entry("sex codes", EQUAL, "2026-12-31", table="raw.hr_staff"),
        entry(STAFF, BETWEEN, "2026-12-31", column="n_now", part="hr_staff THA-POL"),
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (entry("sex code", EQUAL, "2026-12-31"), "accepted.0.suite: no gate has a suite 'sex code'. Did you mean 'sex codes'?"),
        (
            entry("sex codes", BETWEEN, "2026-12-31"),
            "accepted.0.check: 'sex codes' has no check 'ExpectColumnValuesToBeBetween'.",
        ),
        (entry("sex codes", EQUAL, "2026-12-31", table="raw.hr_event"), "accepted.0.table: 'sex codes' looks at raw.hr_staff."),
        (entry("quarantine", BETWEEN, "2026-12-31", column="pct"), "'quarantine' has no ExpectColumnValuesToBeBetween on 'pct'."),
        (entry("jumps", EQUAL, "2026-12-31"), "accepted.0.check: this check only warns, and stops nothing. Remove the entry."),
        (
            entry("cells", BETWEEN, "2026-12-31"),
            "has this check on several columns. Name one in `column`. Choose denominator or n.",
        ),
        (entry(STAFF, BETWEEN, "2026-12-31", column="n_now"), "Name one of them in `part`, as the gate's message does."),
        (entry("sex codes", EQUAL, "2026-12-31", part="THA-POL"), "accepted.0.part: 'sex codes' names no parts."),
    ],
)
def test_a_wrong_entry_is_refused_with_file_line_field_and_remedy(tmp_path, wrong, sentence):
    with pytest.raises(CatalogueError) as refused:
        check(tmp_path, wrong)
    [fault] = refused.value.faults
    assert sentence in fault and fault.startswith(f"{tmp_path / 'accepted.yml'}:")


@pytest.mark.parametrize("suite", [suite for suite in SUITES if suite.protects], ids=lambda suite: suite.name)
def test_nobody_can_accept_a_failure_of_what_protects_people(tmp_path, suite):
    with pytest.raises(CatalogueError, match="keeps people from being recognised; nobody can accept its failure"):
        check(tmp_path, entry(suite.name, suite.checks[0].expectation, "2026-12-31"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            entry("sex codes", EQUAL, "2026-12-31", untli="x"),
            "accepted.0.untli: Extra inputs are not permitted. Did you mean 'until'?",
        ),
        (entry("sex codes", EQUAL, "soon"), "accepted.0.until: Input should be a valid date"),
        (
            entry("sex codes", EQUAL, "2026-12-31", reason="because"),
            "accepted.0.reason: String should have at least 10 characters",
        ),
        (entry("sex codes", EQUAL, "2026-12-31").replace("author", "# author"), "accepted.0.author: Field required"),
    ],
)
def test_an_entry_without_author_reason_or_end_is_refused(tmp_path, wrong, sentence):
    with pytest.raises(CatalogueError) as refused:
        check(tmp_path, wrong)
    assert sentence in str(refused.value)


def test_what_protects_people_is_all_thresholds_of_the_policy():
    assert {suite.name for suite in SUITES if suite.protects} == {
        "attack",
        "rounded counts",
        "release cells",
        "withheld cells hold no number",
        "no small count of staff",
        "no small survey base",
        "sensitive figures",
        "withheld promises hold no number",
    }
