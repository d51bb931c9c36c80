"""Files that wait: which of them are files of staff, when they were written, and when a content that was loaded before comes again."""

import datetime as dt
import os
from types import SimpleNamespace

import pytest

from ingestion.hr.again import told_ahead
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import (
    MOST_AHEAD,
    DropFile,
    LocationError,
    _written_at,
    list_drop,
    list_location,
    local_file,
    open_file,
    open_local,
)
from ingestion.hr.findings import SHARED_BY, Finding, Findings
from tests.unit.ingestion.contracts import contract

NOW = dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def written(at: dt.datetime) -> DropFile:
    return DropFile("abc", "file:///x/staff.csv", "staff.csv", at, 10)


@pytest.mark.parametrize(("at", "is_ahead"), [(NOW, False), (NOW + MOST_AHEAD, False), (NOW + MOST_AHEAD + SECOND, True)])
def test_a_file_counts_as_written_when_its_place_says_unless_that_is_more_than_a_day_ahead(at, is_ahead):
    file = written(at)
    assert (file.is_ahead(NOW), file.taken_at(NOW)) == (is_ahead, NOW if is_ahead else at)
    assert [f"{at:%Y-%m-%d}, lies in the future" in told for told in told_ahead(file, NOW)] == [True] * is_ahead


EARLIER, LATER, AHEAD = NOW - SECOND, NOW + SECOND, NOW + 3 * MOST_AHEAD


@pytest.mark.parametrize(
    ("at", "said", "comes"),
    [
        (EARLIER, None, False), (NOW, None, False), (LATER, None, True),
        (LATER, LATER, False), (LATER, AHEAD, True),  # the machine's clock was put right
        (AHEAD, None, True), (AHEAD, AHEAD, False), (AHEAD + SECOND, AHEAD, True), (AHEAD, AHEAD + SECOND, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_final", [True, False])
def test_one_writing_comes_again_once(at, said, comes, is_final):
    """Loaded now; what its place says of another writing is earlier, the same, later or ahead of the clock."""
    assert written(at).comes_again(is_final, (is_final, NOW, said), NOW) is comes


@pytest.mark.parametrize("at", [EARLIER, LATER, AHEAD])
def test_a_content_comes_again_where_it_is_final_now_and_never_where_it_was(at):
    assert written(at).comes_again(True, (False, NOW, at), NOW)
    assert not written(at).comes_again(False, (True, NOW, None), NOW)


def test_files_are_listed_by_their_time_of_writing_then_by_name_without_what_systems_add(tmp_path):
    folder = tmp_path / "hr" / "abc"
    (folder / "older").mkdir(parents=True)
    for name, second in (("b.csv", 5), ("a.csv", 5), ("c.csv", 1), (".hidden", 1), ("~$a.xlsx", 1)):
        (folder / name).write_text("x" * second)
        os.utime(folder / name, (second, second))
    found = list_location(contract(), tmp_path)
    assert [(file.name, file.n_bytes, file.delivered_at.timestamp()) for file in found] == [
        ("c.csv", 1, 1),
        ("a.csv", 5, 5),
        ("b.csv", 5, 5),
    ]
    assert {file.contract for file in found} == {"abc"} and open_file(found[0]).read() == b"x"
    assert list_location(contract(name="other"), tmp_path) == []


def test_files_of_all_contracts_that_need_no_login_are_listed_and_of_no_other(tmp_path):
    for name in ("abc", "xyz", "far"):
        (tmp_path / "hr" / name).mkdir(parents=True)
        (tmp_path / "hr" / name / f"{name}.csv").touch()
    contracts = {"abc": contract(), "xyz": contract(name="xyz"), "far": contract(name="far", connection="parity_far")}
    found = list_drop(tmp_path, SimpleNamespace(hr=contracts))
    assert [(file.contract, file.name) for file in found] == [("abc", "abc.csv"), ("xyz", "xyz.csv")]


@pytest.mark.parametrize(("connection", "named"), [("parity_far", "'parity_far'"), (None, "'none'")])
def test_a_place_that_cannot_be_listed_is_told_with_its_connection_and_without_its_password(tmp_path, connection, named):
    with pytest.raises(LocationError) as error:
        list_location(contract(location="nosuch://user:s3cret@host/x", connection=connection), tmp_path)
    assert str(error.value).startswith("abc: its location cannot be listed (ValueError).") and named in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_file_that_is_gone_is_refused_with_its_remedy(tmp_path):
    gone = tmp_path / "gone.csv"
    for opened in (
        lambda: open_local(gone),
        lambda: local_file(contract(), gone),
        lambda: open_file(DropFile("abc", str(gone), gone.name, NOW, 1)),
    ):
        with pytest.raises(FileRefused, match=r"gone\.csv: not readable \(No such file or directory\)\. Put it back"):
            opened()


@pytest.mark.parametrize("key", ["mtime", "LastModified", "last_modified", "modified", "updated", "created"])
def test_when_a_file_was_written_is_read_under_every_name_that_file_systems_give_it(key):
    seconds = NOW.timestamp()
    for value in (seconds, int(seconds), NOW, NOW.replace(tzinfo=None), NOW.astimezone(dt.timezone(dt.timedelta(hours=7)))):
        assert _written_at({"size": 3, key: value}) == NOW
    assert _written_at({key: "yesterday"}).timestamp() == _written_at({}).timestamp() == 0


# What is told of the rows


def of_codes(**rows: int) -> Findings:
    found = Findings("staff.csv")
    found.unknown.update({("rank", code): n for code, n in rows.items()})
    return found


def test_an_unknown_code_is_told_where_enough_rows_share_it_the_most_frequent_first():
    found = of_codes(X9=SHARED_BY - 1, X7=SHARED_BY, X8=SHARED_BY + 1)
    assert found.unknown_codes() == [("rank", "X8", SHARED_BY + 1), ("rank", "X7", SHARED_BY)]
    assert of_codes().unknown_codes() == []
    assert of_codes(Jaidee=50).unknown_codes() == []  # it could be a name


def test_findings_are_summed_up_by_column_and_rule_the_most_frequent_first():
    def finding(row_no, column, rule):
        return Finding("staff.csv", None, row_no, column, rule, "empty")

    found = Findings("staff.csv")
    for row_no, *columns in ((2, "sex"), (3, "hired", "sex"), (4, "sex")):
        found.add_row([finding(row_no, column, "a rule") for column in columns])
    found.add_row([finding(5, "sex", "another rule")])
    assert found.n_bad == 4
    assert [(column, rule, n, first.row_no) for column, rule, n, first in found.summary()] == [
        ("sex", "a rule", 3, 2), ("hired", "a rule", 1, 3), ("sex", "another rule", 1, 5),
    ]  # fmt: skip
