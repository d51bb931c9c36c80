"""The disclosure policy refuses what would publish small counts, and says where."""

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


def test_our_own_policy_is_read(tmp_path):
    shutil.copy(REPOSITORY / "catalogue" / "disclosure.yml", tmp_path)
    assert load_policy(tmp_path).rounding_base == 5
