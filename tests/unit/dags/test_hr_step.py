"""Which staff files get a task."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from dags.steps.period import BadPeriod, Period, bounds
from dags.steps.waiting import Known, to_try
from ingestion.hr.files import DropFile
from ingestion.hr.refused import Refused

WRITTEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def not_loaded(files, loaded, content, is_final=lambda file: True, now=None):
    return to_try(files, Known(loaded), content, is_final, now)


def test_a_file_is_new_by_contract_and_content_not_by_name():
    content = {"first.csv": "a", "renamed.csv": "a", "changed.csv": "b"}
    files = [DropFile("tha_pol", f"/drop/{name}", name, WRITTEN, 1) for name in content]
    loaded = {("tha_pol", "a"): (True, WRITTEN, None)}
    new = not_loaded(files, loaded, lambda file: content[file.name])
    assert [(file["name"], file["contract"], file["url"]) for file in new] == [
        ("tha_pol/changed.csv", "tha_pol", "/drop/changed.csv")
    ]
    assert len(not_loaded([DropFile("vnm_cus", "/drop/first.csv", "first.csv", WRITTEN, 1)], loaded, lambda file: "a")) == 1


def test_a_file_that_was_written_again_or_is_final_now_gets_a_task():
    later, earlier = WRITTEN + dt.timedelta(minutes=5), WRITTEN - dt.timedelta(days=1)
    files = [DropFile("tha_pol", f"/drop/{at}", str(at), at, 1) for at in (earlier, WRITTEN, later)]
    assert [file["name"] for file in not_loaded(files, {("tha_pol", "a"): (True, WRITTEN, None)}, lambda file: "a")] == [
        f"tha_pol/{later}"
    ]
    assert len(not_loaded(files[:1], {("tha_pol", "a"): (False, WRITTEN, None)}, lambda file: "a")) == 1
    assert not not_loaded(files, {("tha_pol", "a"): (True, WRITTEN, None)}, lambda file: "a", lambda file: False)


def test_a_file_whose_time_of_writing_lies_in_the_future_gets_a_task_once_for_each_writing():
    now = WRITTEN + dt.timedelta(days=10)
    said, loaded_at = dt.datetime(2031, 1, 1, tzinfo=dt.UTC), now - dt.timedelta(days=5)

    def is_new(at: dt.datetime, *standing: object, is_final: bool = True, now: dt.datetime = now) -> bool:
        file = DropFile("tha_pol", "/drop/a", "a", at, 1)
        return bool(not_loaded([file], {("tha_pol", "a"): standing}, lambda file: "a", lambda file: is_final, now=now))

    assert not is_new(said, True, loaded_at, said)
    assert not is_new(said, True, loaded_at, said + dt.timedelta(days=1))  # another copy of it is further ahead
    assert is_new(said, False, loaded_at, said) and not is_new(said, False, loaded_at, said, is_final=False)
    assert is_new(said + dt.timedelta(hours=1), True, loaded_at, said)
    assert is_new(said, True, loaded_at, None)  # its own machine wrote it before, with a clock that was right
    assert is_new(now, True, loaded_at, said)
    assert not is_new(said, True, loaded_at, said, now=said + dt.timedelta(days=400))  # the day that it says has come
    assert is_new(now + dt.timedelta(hours=20), True, loaded_at, None)


def test_a_faulty_contract_gets_a_task_that_says_so_and_the_others_files_are_listed(tmp_path, monkeypatch):
    from contextlib import contextmanager, nullcontext

    import dags.steps.hr as step
    from parity.catalogue import load_catalogue
    from parity.settings import REPOSITORY

    @contextmanager
    def nothing_loaded(_):
        class Connection:
            def execute(self, *_):
                return []

            def executemany(self, *_):
                pass

            def cursor(self):
                return nullcontext(self)

        yield Connection()

    whole = load_catalogue(REPOSITORY / "catalogue")
    catalogue = whole.model_copy(
        update={"hr": {"tha_pol": whole.hr["tha_pol"]}, "set_aside": {"phl_pnp": ("phl_pnp.yml:1: x.",)}}
    )
    (tmp_path / "hr" / "tha_pol").mkdir(parents=True)
    path = tmp_path / "hr" / "tha_pol" / "a.csv"
    path.write_bytes(b"x")
    os.utime(path, (1, 1))
    monkeypatch.setenv("PARITY_DROP", str(tmp_path))
    monkeypatch.setattr(step, "read_catalogue", lambda: catalogue)
    monkeypatch.setattr(step, "open_warehouse", nothing_loaded)
    found, problem = step.list_new_files()
    assert found["contract"] == "tha_pol"
    assert problem["name"] == "phl_pnp/(contract)" and "The contract phl_pnp is set aside" in problem["problem"]


def refused(**changed):
    fields = {
        "contract": "tha_pol", "content_sha256": "a", "contract_sha256": "first", "file_name": "a.csv", "url": "/drop/a.csv", "written_at": WRITTEN,
        "n_bytes": 1, "message": "a.csv: not cp874.", "moved_to": None, "refused_at": WRITTEN,
    }  # fmt: skip
    return Refused(**fields | changed)


@pytest.mark.parametrize(
    ("before", "written_at", "content", "contract", "is_tried"),
    [
        (refused(), WRITTEN, "a", "first", False),
        (refused(), WRITTEN, "a", "second", True),  # its contract was corrected
        (refused(), WRITTEN, "b", "first", True),  # it was corrected
        (refused(), WRITTEN + dt.timedelta(minutes=1), "a", "first", True),  # it was sent again
        (refused(moved_to="/drop/refused/a.csv"), WRITTEN, "a", "first", True),  # somebody put it back
    ],
)
def test_a_refused_file_is_tried_once_for_each_content_contract_and_writing(before, written_at, content, contract, is_tried):
    known = Known(refused={("tha_pol", "a"): before}, fingerprints={"tha_pol": contract})
    file = DropFile("tha_pol", "/drop/a.csv", "a.csv", written_at, 1)
    for _ in range(3):  # nights
        assert bool(to_try([file], known, lambda file: content)) is is_tried


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-03", (2026, 3, 1), (2026, 4, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_a_period_is_a_year_a_month_or_a_day(period, first, end):
    within = bounds(period)
    assert within == Period(dt.datetime(*first, tzinfo=dt.UTC), dt.datetime(*end, tzinfo=dt.UTC))
    assert within.holds(within.first) and not within.holds(within.end) and bounds(None).holds(WRITTEN)


@pytest.mark.parametrize("period", ["26", "2026-13", "2026-00", "2025-02-29", "March 2026", "9999"])
def test_what_is_no_period_says_how_one_is_written(period):
    with pytest.raises(BadPeriod, match="write a year, a month or a day, as 2026, 2026-03 or 2026-03-31"):
        bounds(period)
