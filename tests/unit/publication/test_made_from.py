"""What a release records of its figures: hashes that change with what decides on a figure, and with nothing else."""

import dataclasses

import pytest

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.exact_figures import exact_hash
from publication.ingredients import _policy
from publication.made_from import THRESHOLDS, WaveVersions, any_of
from publication.python_code import code_of
from tests.unit.publication.cells import a_cell

POLICY = load_policy(REPOSITORY / "catalogue")


def written(folder, **texts):
    (folder / "publication").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "publication" / f"{name}.py").write_text(text)
    return code_of("publication.one", folder)


ONE = '"""Doc."""\nfrom publication.two import x\n\n\ndef f():\n    return x\n'


def test_code_is_that_of_a_module_and_of_what_it_imports_without_words(tmp_path):
    plain = written(tmp_path / "a", one=ONE, two="x = 1\n", three="z = 1\n")
    assert written(tmp_path / "b", one=ONE.replace("Doc.", "Other."), two="# why\nx = 1\n", three="z = 2\n") == plain
    assert written(tmp_path / "c", one=ONE, two="x = 2\n") != plain
    assert written(tmp_path / "d", one=ONE.replace("return x", "return x + 1"), two="x = 1\n") != plain


def test_code_follows_imports_of_modules_from_their_package_and_circles(tmp_path):
    first = written(tmp_path / "a", one="from publication import two\n", two="import publication.one\nx = 1\n")
    assert written(tmp_path / "b", one="from publication import two\n", two="import publication.one\nx = 2\n") != first


def test_our_own_code_that_publishes_is_hashed_without_the_code_that_compares():
    for module in ("publication.candidate", "publication.roadmap", "publication.composite"):
        assert len(code_of(module)) == 64


@pytest.mark.parametrize("column", ["numerator", "n", "estimate", "n_least", "second_base", "categories"])
def test_the_exact_figure_is_another_one_with_any_of_its_numbers(column):
    cell = a_cell(numerator=20.0, denominator=100.0, n=100, estimate=20.0)
    value = "junior:1:2" if column == "categories" else (getattr(cell, column) or 0) + 1
    assert exact_hash(dataclasses.replace(cell, **{column: value})) != exact_hash(cell)


def test_noise_names_and_texts_make_no_other_figure_and_a_surveys_has_no_hash():
    cell = dataclasses.replace(a_cell(), estimate=0.1 + 0.2)
    for same in ({"estimate": 0.3}, {"agency_name": "Other"}, {"catalogue_version": "9"}, {"target_text": "31 %"}):
        assert exact_hash(dataclasses.replace(cell, **same)) == exact_hash(cell)
    assert exact_hash(dataclasses.replace(cell, source="survey")) == ""


def parts(policy):
    return {each.part: each.state for each in _policy(policy)}


def changed(**update):
    other = parts(POLICY.model_copy(update=update))
    return {part for part, state in parts(POLICY).items() if other.get(part) != state}


def test_a_policy_is_split_into_thresholds_and_what_it_says_of_each_indicator():
    assert (
        changed(min_count=6) == changed(steps=POLICY.steps | {"pct": 2.0}) == changed(sensitive_levels=["gender"]) == {THRESHOLDS}
    )
    assert changed(flows=POLICY.flows - {"RET-01"}) == {"RET-01"}
    assert changed(counts=POLICY.counts | {"REP-03": {"of": "stock", "border_post": "no"}}) == {"REP-03"}
    assert changed(not_attacked={}) == set()


def test_two_versions_of_a_wave_differ_where_the_later_one_says_so():
    waves = WaveVersions({("f", 2025): {1: None, 4: False, 6: True}})
    assert waves.differ(("f", 2025), 1, 3) is False  # both hold the version of release 1
    assert waves.differ(("f", 2025), 1, 5) is waves.differ(("f", 2025), 5, 1) is True
    assert waves.differ(("f", 2025), 5, 6) is False
    assert waves.differ(("f", 2026), 1, 6) is None


def test_one_yes_outweighs_what_is_not_known_and_what_is_not_known_every_no():
    assert any_of([False, None, True]) is True
    assert any_of([False, None]) is None
    assert any_of([False]) is any_of([]) is False


def two_of_one_place_in_a_set():
    """Two words whose order in a set is that in which they came."""
    words = [f"of {number}" for number in range(100)]
    return next((a, b) for a in words for b in words if a != b and list(frozenset([a, b])) != list(frozenset([b, a])))


def test_a_policy_is_the_same_in_whatever_order_a_process_holds_its_sets():
    a, b = two_of_one_place_in_a_set()
    one, other = ({"of_women_and_men": frozenset(pair)} for pair in ((a, b), (b, a)))
    assert parts(POLICY.model_copy(update=one)) == parts(POLICY.model_copy(update=other)) != parts(POLICY)
