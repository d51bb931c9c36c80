"""Faults that are planted to see whether the tests notice: which there are, that each is one change, and who is asked about it."""

import shutil

import pytest
import yaml

from benchmarks.mutants import dbt
from benchmarks.mutants.chosen import Record, fingerprints, together
from benchmarks.mutants.fault import Fault
from benchmarks.mutants.plan import FOLDER, Plan, read_plan, sample
from benchmarks.mutants.planting import faults
from benchmarks.mutants.report import Tried, as_json, share_pct, survivors
from benchmarks.mutants.results import Results
from benchmarks.mutants.rounds import try_all
from parity.settings import REPOSITORY

SOURCE = '''"""A docstring with where a = b and c > 1."""
LIMIT = 5
QUERY = "select a from t where a >= 1 and b is null order by a desc"


def f(x, y):
    """Not 1 of these."""
    if x < LIMIT and not y:
        raise ValueError("x is over 5")
    return [z for z in y if z]
'''


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "publication").mkdir()
    (tmp_path / "publication" / "m.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_python_and_sql_in_it_get_every_kind_of_fault_and_words_none(tree):
    found = {(fault.line, fault.what.split("»")[-1].lstrip(": ")) for fault in faults(tree, "publication/m.py")}
    assert found >= {
        (2, "5 → 6"),
        (3, ">= → >"),
        (3, "is null → is not null"),
        (3, "and → or"),
        (3, "desc → (removed)"),
        (8, "< → <="),
        (8, "< → >="),
        (8, "and → or"),
        (8, "not → (removed)"),
        (8, "operand dropped: not y (of and)"),
        (8, "x < LIMIT and (not y) → True"),
        (9, "removed: raise ValueError('x is over 5')"),
        (10, "filter dropped: z"),
    }
    assert not {line for line, _ in found} & {1, 7}


def test_each_fault_is_one_change_of_a_file_that_still_is_python(tree):
    source = SOURCE.encode()
    for fault in (found := faults(tree, "publication/m.py")):
        planted = fault.plant(source)
        compile(planted, "m.py", "exec")
        assert planted != source and planted.startswith(source[: fault.start]) and planted.endswith(source[fault.end :])
    assert len(found) > 15


def test_the_same_seed_plants_the_same_faults_and_known_equivalents_never(tree):
    plan = Plan(("publication/*.py",), (), frozenset())
    drawn = sample(tree, plan, [], 5, 1)
    assert drawn == sample(tree, plan, [], 5, 1) != sample(tree, plan, [], 5, 2) and len(drawn) == 5
    everything = sample(tree, plan, [], 0, 1)
    without = sample(tree, Plan(("publication/*.py",), (), frozenset({("publication/m.py", "LIMIT = 5", "5 → 6")})), [], 0, 1)
    assert len(everything) - len(without) == 1
    with pytest.raises(ValueError, match="has ingestion in its path"):
        sample(tree, plan, ["ingestion"], 5, 1)


def test_asked_are_the_tests_that_call_the_function_the_quickest_first_and_none_that_failed_before(tree):
    calls = {"t.py::a": [["publication/m.py", 6]], "t.py::b": [["publication/m.py", 20]], "t.py::c": [["publication/m.py", 6]]}
    calls |= {"t.py::d": [["publication/m.py", 6]], "u.py": [["publication/m.py", 6]]}
    seconds = {"t.py::a": 3.0, "t.py::b": 1.0, "t.py::c": 1.0, "t.py::d": 1.0, "u.py::of_its_fixture": 2.0}
    (tree / "t.py").write_text("")
    (tree / "u.py").write_text("")
    record = Record({"calls": calls, "seconds": seconds, "failed": ["t.py::d"]}, tree)
    inside = Fault("publication/m.py", 8, "x", 0, 1, "y", (6, 10))
    assert record.choose(inside).tests == ("t.py::c", "u.py::of_its_fixture", "t.py::a")
    in_another_process = Fault("publication/m.py", 30, "x", 0, 1, "y", (29, 31))
    assert set(record.choose(in_another_process).tests) == {"t.py::a", "t.py::b", "t.py::c", "u.py::of_its_fixture"}
    (tree / "u.py").write_text("from publication import m")
    at_module_level = Fault("publication/m.py", 2, "x", 0, 1, "y", None)
    assert set(record.choose(at_module_level).tests) == {"t.py::a", "t.py::b", "t.py::c", "u.py::of_its_fixture"}


def test_a_fault_at_module_level_is_asked_of_tests_that_go_through_the_whole_package(tree):
    (tree / "t.py").write_text("import pkgutil\n\nimport publication\n\nEACH = pkgutil.iter_modules(publication.__path__)\n")
    (tree / "u.py").write_text("import publication\n")
    (tree / "v.py").write_text("import pkgutil\n\nimport publications\n\nEACH = pkgutil.iter_modules(publications.__path__)\n")
    record = Record({"calls": {}, "seconds": {"t.py::a": 1.0, "u.py::b": 1.0, "v.py::c": 1.0}, "failed": []}, tree)
    assert record.choose(Fault("publication/m.py", 2, "x", 0, 1, "y", None)).tests == ("t.py::a",)


def test_of_a_module_of_constants_the_tests_are_asked_that_call_the_modules_which_import_it(tree):
    (tree / "publication" / "words.py").write_text("LIMIT = 5\n")
    (tree / "publication" / "user.py").write_text("from publication.words import LIMIT\n")
    (tree / "publication" / "other.py").write_text("from publication import m\n")
    calls = {"t.py::a": [["publication/user.py", 6]], "t.py::b": [["publication/other.py", 6]]}
    (tree / "t.py").write_text("")
    record = Record({"calls": calls, "seconds": {"t.py::a": 1.0, "t.py::b": 1.0}, "failed": []}, tree)
    assert record.choose(Fault("publication/words.py", 1, "x", 0, 1, "y", None)).tests == ("t.py::a",)


def test_the_share_noticed_and_the_survivors_are_told():
    one = Fault("publication/m.py", 8, "< → <=", 0, 1, "y", (6, 10))
    tried = [Tried(one, True, 3), Tried(one, False, 2)]
    assert share_pct(tried) == 50 and survivors(tried) == ["publication/m.py:8: < → <= (tests asked: 2)"]
    assert as_json(tried, 1)["modules"] == {"publication/m.py": {"planted": 2, "noticed": 1}}


def test_every_module_and_test_that_the_plan_names_is_there():
    plan = read_plan()
    assert all(list(REPOSITORY.glob(pattern)) for pattern in plan.modules) and plan.modules
    assert all((REPOSITORY / test).exists() for test in plan.tests) and plan.tests


@pytest.mark.slow
def test_an_equivalent_has_a_reason_and_is_a_fault_that_the_file_can_have():
    known = yaml.safe_load((FOLDER / "equivalents.yml").read_text(encoding="utf-8"))["equivalents"]
    files = sorted({entry["file"] for entry in known})
    able = {(fault.file, fault.at, fault.what) for file in files for fault in faults(REPOSITORY, file)}
    assert {(entry["file"], entry["at"], entry["what"]) for entry in known} - able == set()
    assert [entry for entry in known if len(entry["why"]) < 20] == []


def a_record(**seconds):
    return {"calls": {test: [["publication/m.py", 6]] for test in seconds}, "seconds": seconds, "failed": []}


def test_of_the_tests_that_changed_only_what_is_seen_afresh_is_known(tree):
    for name in ("test_a.py", "test_b.py", "test_c.py"):
        (tree / name).write_text(f"# {name}")
    before = {**a_record(**{"test_a.py::x": 1.0, "test_b.py::x": 2.0, "test_gone.py::x": 3.0}), "failed": ["test_b.py::x"]}
    before["files"] = {**fingerprints(tree, ["test_a.py", "test_b.py"]), "test_gone.py": "its mark"}
    (tree / "test_b.py").write_text("# another")
    there = fingerprints(tree, ["test_a.py", "test_b.py", "test_c.py"])
    assert [file for file, mark in there.items() if before["files"].get(file) != mark] == ["test_b.py", "test_c.py"]
    now = together(before, a_record(**{"test_b.py::y": 4.0, "test_c.py::x": 5.0}), there)
    assert now["seconds"] == {"test_a.py::x": 1.0, "test_b.py::y": 4.0, "test_c.py::x": 5.0}
    assert set(now["calls"]) == set(now["seconds"]) and now["failed"] == [] and now["files"] == there


def test_a_run_that_was_stopped_goes_on_and_asks_again_only_what_nobody_noticed(tree, monkeypatch):
    planned = faults(tree, "publication/m.py")[:6]
    record = Record({"calls": {}, "seconds": {}, "failed": []}, tree)
    tried = []

    def notices(_, fault, __):
        tried.append(fault)
        if len(tried) == 4:
            raise KeyboardInterrupt
        return len(tried) != 2

    monkeypatch.setattr("benchmarks.mutants.trial.notices", notices)
    file = tree / "results.jsonl"
    said: list[str] = []
    stopped = try_all([tree], planned, [], record, Results(file, tree, planned), said.append)
    assert [one.noticed for one in stopped] == [True, False, True] and "goes on from there" in said[-1]
    file.write_text(file.read_text() + '{"key": "cut sho')  # killed while it wrote
    results = Results(file, tree, planned)
    tried[:] = planned  # so that the next is the seventh
    again = try_all([tree], planned, results.noticed_before(), record, results, said.append)
    assert tried[6:] == [planned[1], *planned[3:]] and "2 of 6 faults were noticed in an earlier run." in said
    assert sorted(one.fault.start for one in again) == sorted(fault.start for fault in planned)
    assert len(Results(file, tree, planned).noticed_before()) == 6


def test_a_module_that_has_changed_is_asked_afresh(tree):
    planned = faults(tree, "publication/m.py")[:3]
    results = Results(tree / "results.jsonl", tree, planned)
    for fault in planned:
        results.keep(Tried(fault, True, 1))
    assert len(Results(tree / "results.jsonl", tree, planned).noticed_before()) == 3
    (tree / "publication" / "m.py").write_text(SOURCE + "\n# more\n", encoding="utf-8")
    moved = faults(tree, "publication/m.py")[:3]
    assert Results(tree / "results.jsonl", tree, moved).noticed_before() == []


def test_the_faults_of_dbt_are_of_sixty_models_and_can_all_be_planted(tmp_path):
    shutil.copytree(REPOSITORY / "dbt", tmp_path / "dbt", ignore=shutil.ignore_patterns("target", "logs"))
    known = dbt.read_faults()
    assert len({fault.model for fault in known}) == len(known) >= 60
    dbt.plant(tmp_path / "dbt", known)
    with pytest.raises(ValueError, match="stands 0 times"):
        dbt.plant(tmp_path / "dbt", known[:1])
