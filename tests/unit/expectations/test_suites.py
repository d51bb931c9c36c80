"""What every suite has: a name of its own, an owner, a remedy, and a reason for each check; limits come from the catalogue."""

import pytest

from expectations.suites import GATES, suites
from parity.catalogue import CatalogueError
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY

CATALOGUE = REPOSITORY / "catalogue"
POLICY, LIMITS = load_policy(CATALOGUE), load_limits(CATALOGUE)
ALL = [suite for gate in suites(POLICY, LIMITS).values() for suite in gate]


def test_there_are_three_gates_and_no_two_suites_of_one_name():
    assert tuple(suites(POLICY, LIMITS)) == GATES
    assert len({suite.name for suite in ALL}) == len(ALL)


@pytest.mark.parametrize("suite", ALL, ids=lambda suite: suite.name)
def test_every_suite_has_an_owner_and_a_remedy_and_every_check_one_sentence_why(suite):
    assert suite.owner and suite.remedy.endswith(".")
    for check in suite.checks:
        assert check.reason[0].isupper() and check.reason.endswith(".") and ". " not in check.reason


@pytest.mark.parametrize("limit", [name for name in type(LIMITS).model_fields if name != "warn_list_age_days"])
def test_every_limit_of_the_catalogue_is_asked_of_some_rows(limit):
    stricter = LIMITS.model_copy(update={limit: getattr(LIMITS, limit) + 0.125})
    assert [suite for gate in suites(POLICY, stricter).values() for suite in gate] != ALL


def test_a_limit_that_is_missing_is_named_with_its_file(tmp_path):
    text = (CATALOGUE / "gates.yml").read_text()
    (tmp_path / "gates.yml").write_text(text.replace("warn_sync_age_days: 3", ""))
    with pytest.raises(CatalogueError, match=r"gates\.yml:\d+: warn_sync_age_days: Field required"):
        load_limits(tmp_path)
