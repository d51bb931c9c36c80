"""The disclosure policy refuses what would publish small counts, and says where."""

import re
import shutil

import pytest

from parity.catalogue import CatalogueError
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY


@pytest.mark.parametrize(
    ("line", "other", "why"),
    [
        ("rounding_base: 5 ", "rounding_base: 10 ", "above min_count"),
        ("min_count: 5 ", "min_count: 7 ", "no multiple of rounding_base"),
        ("rounding_base_sensitive: 10 ", "rounding_base_sensitive: 12 ", "no multiple of rounding_base"),
        ("rounding_base: 5 ", "# ", "rounding_base"),
    ],
)
def test_a_policy_whose_thresholds_do_not_fit_is_refused_with_its_file(tmp_path, line, other, why):
    text = (REPOSITORY / "catalogue" / "disclosure.yml").read_text()
    assert line in text
    (tmp_path / "disclosure.yml").write_text(text.replace(line, other))
    with pytest.raises(CatalogueError) as refused:
        load_policy(tmp_path)
    assert "disclosure.yml" in str(refused.value) and why in str(refused.value)


FORGOTTEN = [
    ("  HAR-06: {of: complaints to close}\n", "", "counts: nothing says of whom HAR-06 (Complaints closed in time)"),
    (
        "  HAR-06: {of: complaints to close}\n",
        "  HAR-6: {of: complaints to close}\n",
        "counts: 'HAR-6' is no indicator of indicators.yml. Did you mean 'HAR-06'?",
    ),
    ("  DEP-03: ", "  DEP-3: ", "not_attacked with the reason. Did you mean 'DEP-3'?"),
    (
        "not_attacked:\n",
        "not_attacked:\n  REP-01: it is rounded\n",
        "not_attacked: 'REP-01' stands among what is attacked as well",
    ),
    ("  REC-04: not computed yet\n", "  REC-04: later\n", "not_attacked.REC-04"),
]


@pytest.mark.parametrize(("line", "other", "why"), FORGOTTEN)
def test_a_figure_of_staff_that_the_attack_does_not_know_is_refused_with_its_remedy(tmp_path, line, other, why):
    text = (REPOSITORY / "catalogue" / "disclosure.yml").read_text()
    assert line in text
    (tmp_path / "disclosure.yml").write_text(text.replace(line, other))
    shutil.copy(REPOSITORY / "catalogue" / "indicators.yml", tmp_path)
    with pytest.raises(CatalogueError) as refused:
        load_policy(tmp_path)
    assert "disclosure.yml:" in str(refused.value) and why in str(refused.value)


def test_what_is_not_attacked_publishes_no_counts_of_people():
    """As dbt makes the figures: a model of one of these gives its cells neither a numerator nor the counts of a comparison."""
    policy = load_policy(REPOSITORY / "catalogue")
    told_above_agencies, of_no_people = {"VIC-01"}, {"LDR-04"}
    with_counts = set()
    for path in (REPOSITORY / "dbt" / "models" / "indicators").glob("ind_*.sql"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\bas (numerator|first_count)\b", text):
            with_counts |= set(re.findall(r"'([A-Z]{3}-\d\d)' as indicator_code", text))
    assert len(with_counts) > 8
    assert with_counts & policy.not_attacked.keys() == told_above_agencies | of_no_people


def test_our_own_policy_is_read(tmp_path):
    shutil.copy(REPOSITORY / "catalogue" / "disclosure.yml", tmp_path)
    assert load_policy(tmp_path).rounding_base == 5
