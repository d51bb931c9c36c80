"""A slow server, and a database that ends sessions which wait: every way of a sync comes to its end, and a kill still leaves raw as it was."""

import asyncio
import re

import psycopg
import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.flag import flag_form
from ingestion.kobo.reconcile import reconcile_form
from parity.database import WAITING, patient
from tests.integration.kobo_pulse import pulse_site

LIMIT, SLOW = "300ms", 0.7


class Killed(BaseException):
    pass


class Slow:
    """Every answer about the form's data takes its time."""

    def __init__(self, app):
        self.app, self.seconds = app, 0.0

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["method"] == "GET" and re.search("/(data|history)/", scope["path"]):
            await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


def limit(url, names=WAITING):
    """Set the limits on the database that there are, as its administrator may; sessions from now on have them."""
    with psycopg.connect(url, autocommit=True) as admin:
        known = admin.execute("select name from pg_settings where name = any(%s)", (list(names),)).fetchall()
        for (name,) in known:
            admin.execute(f"alter database {admin.info.dbname} set {name} = '{LIMIT}'")
    return [name for (name,) in known]


@pytest.fixture
def pulse(tmp_path, warehouse):
    assert "idle_in_transaction_session_timeout" in limit(warehouse)
    with pulse_site(tmp_path, warehouse) as site:
        slow = Slow(site.meddler.app)
        site.meddler.app = slow
        site.slow, site.page_size = slow, 4
        site.submit(8)
        yield site


def test_scans_a_manifest_and_histories_outlast_a_server_that_is_slower_than_the_database_is_patient(pulse):
    pulse.slow.seconds = SLOW
    assert (pulse.sync().n_new, pulse.sync(scan=True).way) == (8, "scan")
    pulse.edit(2, "9")
    pulse.submit(1)
    report = pulse.sync()
    assert (report.way, report.n_new, report.n_changed) == ("history", 1, 1)
    pulse.delete(3)
    assert (pulse.sync().n_deleted, pulse.sync("view").way) == (1, "scan")
    pulse.edit(4, "7")
    report = pulse.sync("view")
    assert (report.way, report.n_changed) == ("manifest", 1) and pulse.raw() == pulse.server()
    assert reconcile_form(pulse.client(), pulse.contract, pulse.connection).is_equal


def test_a_kill_in_the_middle_of_a_slow_scan_leaves_raw_as_it_was_and_the_next_one_goes_on(pulse):
    pulse.sync()
    before = pulse.raw()
    pulse.connection.commit()
    for number in (1, 8):
        pulse.edit(number, "9")
    pulse.slow.seconds = SLOW

    def die_at(n):
        def progress(n_read, n_total):
            if n_read >= n:
                raise Killed

        return progress

    for n in (4, 8):
        with pytest.raises(Killed):
            pulse.sync(scan=True, progress=die_at(n))
        assert pulse.raw() == before
        pulse.connection.commit()
    assert pulse.sync(scan=True).n_changed == 2 and pulse.raw() == pulse.server()


def test_flags_are_written_to_a_slow_server(pulse):
    pulse.sync()
    pulse.connection.execute("create schema fieldwork")
    pulse.connection.execute(
        "create table fieldwork.fieldwork__flag (form text, asset_uid text, submission_id bigint, rule text)"
    )
    pulse.connection.execute("insert into fieldwork.fieldwork__flag values ('pulse', %s, 2, 'speeder')", (pulse.uid,))
    pulse.connection.commit()
    pulse.slow.seconds = SLOW
    client = KoboClient(pulse.url, "a" * 40)
    assert [flag_form(client, pulse.connection, "pulse", apply=True).decision.hold for _ in range(2)] == [(2,), ()]


def test_after_the_wait_a_session_has_its_limits_again(warehouse):
    names = limit(warehouse)
    with psycopg.connect(warehouse) as connection:
        asked = "select name, setting from pg_settings where name = any(%s) order by name"
        before = connection.execute(asked, (names,)).fetchall()
        connection.rollback()
        with patient(connection):
            assert {setting for _, setting in connection.execute(asked, (names,))} == {"0"}
        with pytest.raises(Killed), patient(connection):
            raise Killed
        assert connection.execute(asked, (names,)).fetchall() == before and {setting for _, setting in before} == {"300"}
