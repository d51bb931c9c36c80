"""A project history that the server has forgotten, wholly or in part: what it no longer tells is read by a scan."""

import pytest

from tests.integration.kobo_pulse import later, pulse_site


@pytest.fixture
def pulse(tmp_path, warehouse):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(6)
        site.sync()
        yield site


def test_edits_that_the_history_no_longer_tells_are_read(pulse):
    pulse.edit(2, "9")
    pulse.connection.execute("update ops.kobo_cursor set history_at = '2020-01-01T00:00:00Z'")  # nobody synced for years
    pulse.connection.commit()
    pulse.store.forget(pulse.uid)
    report = pulse.sync()
    assert (report.way, report.n_changed) == ("scan", 1) and pulse.raw() == pulse.server()
    assert [pulse.sync().way for _ in range(2)] == ["history", "history"]


@pytest.mark.parametrize(
    ("setting", "days"), [("lifespan_days", 30), ("lookback_days", 30), ("lookback_days", 1), ("lifespan_days", 1)]
)
def test_a_pause_longer_than_the_server_remembers_is_followed_by_a_scan_and_a_shorter_one_is_not(
    pulse, monkeypatch, setting, days
):
    pulse.store.set(setting, days)
    later(monkeypatch, days / 2)
    pulse.edit(1, "8")
    assert (pulse.sync().way, pulse.raw()) == ("history", pulse.server())
    later(monkeypatch, 1 / 24)
    pulse.edit(2, "9")
    later(monkeypatch, days + 10)
    pulse.edit(3, "7")
    report = pulse.sync()
    assert (report.way, report.n_changed) == ("scan", 2) and pulse.raw() == pulse.server()
    later(monkeypatch, days / 2)
    assert pulse.sync().way == "history"


def test_a_pause_of_years_is_followed_by_a_scan_though_nothing_says_for_how_long_the_server_remembers(pulse, monkeypatch):
    pulse.edit(2, "9")
    later(monkeypatch, 800)
    assert (pulse.sync().way, pulse.raw()) == ("scan", pulse.server())


def test_rows_that_are_cleared_away_between_two_syncs_are_noticed_by_the_oldest_that_is_left(pulse, monkeypatch):
    for day in range(3):
        later(monkeypatch, 2)
        pulse.edit(2, str(day + 3))
        pulse.store.forget(pulse.uid)
        later(monkeypatch, 1)
        pulse.edit(3, str(day + 3))  # the history has a row again, younger than the last sync
        report = pulse.sync()
        assert (report.way, report.n_changed) == ("scan", 2) and pulse.raw() == pulse.server()


def test_a_deletion_and_an_addition_that_cancel_out_in_the_counter_are_found(pulse, monkeypatch):
    for _ in range(2):
        later(monkeypatch, 2)
        pulse.delete(min(pulse.numbers()))
        pulse.submit(1, "5")
        pulse.store.forget(pulse.uid)
        report = pulse.sync()
        assert (report.way, report.n_new, report.n_deleted, report.held) == ("scan", 1, 1, None)
        assert pulse.raw() == pulse.server()


def test_a_quiet_form_is_read_by_its_history_however_long_it_is_quiet_while_it_is_synced(pulse, monkeypatch):
    ways = []
    for _ in range(12):
        later(monkeypatch, 70)
        pulse.meddler.asked.clear()
        ways.append((pulse.sync().way, len(pulse.meddler.asked)))
    assert [way for way, _ in ways].count("scan") == 1 and ("history", 3) in ways, ways
    later(monkeypatch, 1)
    assert pulse.sync().way == "history"


def test_nothing_new_costs_two_requests_on_every_day_of_a_week(pulse, monkeypatch):
    later(monkeypatch, 1)
    pulse.sync()
    for _ in range(5):
        later(monkeypatch, 1)
        pulse.meddler.asked.clear()
        assert pulse.sync().way == "history" and len(pulse.meddler.asked) == 2


def test_submissions_that_only_the_counter_knew_of_are_loaded_when_the_server_has_them_back(tmp_path, warehouse, monkeypatch):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(30)
        site.store.lose(site.uid, [4, 9])
        assert (site.sync().n_new, site.sync().way) == (28, "history")
        later(monkeypatch, 1)
        site.submit(1)
        assert site.sync().way == "history"
        later(monkeypatch, 1)
        site.store.remongo(site.uid)
        report = site.sync()
        assert (report.way, report.n_new) == ("scan", 2) and site.raw() == site.server()
