"""What a sync kept in the landing, spoilt by a power cut, a hand or a full disk: no submission is lost, skipped or loaded twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.kobo.erasure import erase
from ingestion.landing import TornFile
from parity.settings import REPOSITORY
from tests.integration.kobo_pulse import TOKENS, pulse_site
from tests.integration.landings import damage, files

N = 23  # five pages of five or less


class Killed(BaseException):
    pass


def die_behind(n_pages):
    def progress(n_read, n_total):
        if n_read >= 5 * n_pages:
            raise Killed

    return progress


@pytest.fixture
def pulse(tmp_path, warehouse):
    with pulse_site(tmp_path, warehouse) as site:
        site.submit(N)
        yield site


def checkpoints(pulse):
    found = pulse.connection.execute("select last_id, uri from ops.kobo_pull where asset_uid = %s order by 1", (pulse.uid,))
    pages = found.fetchall()
    pulse.connection.rollback()
    return pages


def whole_pages_asked(pulse):
    return [address for address in pulse.meddler.asked if "/data/" in address and "fields" not in address]


@pytest.mark.parametrize("how", ["halved", "emptied", "changed", "lost"])
@pytest.mark.parametrize("spoilt", [0, 1, 3])
def test_a_pull_goes_on_before_a_spoilt_page(pulse, how, spoilt):
    with pytest.raises(Killed):
        pulse.sync(progress=die_behind(4))
    pages = checkpoints(pulse)
    assert len(pages) == 4 and pulse.raw() == {}
    damage(pulse.landing, pages[spoilt][1], how)
    pulse.meddler.asked.clear()
    report = pulse.sync()
    assert (report.n_new, report.n_total) == (N, N) and pulse.raw() == pulse.server()
    assert len(whole_pages_asked(pulse)) >= 5 - spoilt
    assert checkpoints(pulse) == [] and pulse.sync().n_new == 0


def test_two_kills_and_a_torn_page_after_each_end_equal_to_the_server(pulse):
    for n_pages in (2, 4):
        with pytest.raises(Killed):
            pulse.sync(progress=die_behind(n_pages))
        damage(pulse.landing, checkpoints(pulse)[-1][1], "halved")
        pulse.submit(2)
    pulse.edit(1, "9")
    pulse.delete(2)
    pulse.sync()
    assert pulse.raw() == pulse.server() and len(pulse.raw()) == N + 3


def test_what_changed_on_the_server_since_the_kill_is_seen_though_a_page_is_torn(pulse):
    with pytest.raises(Killed):
        pulse.sync(progress=die_behind(3))
    damage(pulse.landing, checkpoints(pulse)[1][1], "changed")
    pulse.edit(1, "7")
    pulse.edit(8, "8")
    pulse.sync()
    assert pulse.raw() == pulse.server()


SYNC = """
import sys
import psycopg
from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing, LandingFull
from tests.integration.kobo_pulse import CONTRACT
from tests.integration.landings import full_disk

url, token, database, landing, room = sys.argv[1:]
with psycopg.connect(database) as connection, full_disk(int(room)):
    try:
        sync_form(KoboClient(url, token, page_size=5), CONTRACT, Landing(landing), connection)
    except LandingFull as full:
        sys.stdout.write(str(full))
"""


def sync_without_room(pulse, warehouse, room):
    """In a process of its own: the server's own files must grow. What it said."""
    arguments = (pulse.url, TOKENS["manage"], warehouse, pulse.landing.root, str(room))
    done = subprocess.run([sys.executable, "-c", SYNC, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("room", [0, 900])
def test_a_full_disk_ends_a_sync_whole_and_the_next_one_goes_on(pulse, warehouse, room):
    for n_pages in (2, 3):
        with pytest.raises(Killed):
            pulse.sync(progress=die_behind(n_pages))
        before = files(pulse.landing)
        said = sync_without_room(pulse, warehouse, room)
        assert "no room left in the landing" in said and "nothing of the file was kept" in said and "kobo/pulse" in said
        assert files(pulse.landing) == before and pulse.raw() == {}
    pulse.meddler.asked.clear()
    pulse.sync()
    assert pulse.raw() == pulse.server() and len(whole_pages_asked(pulse)) <= 3


@pytest.mark.parametrize("how", ["halved", "emptied", "changed", "lost"])
def test_a_version_of_the_form_that_is_spoilt_is_asked_for_again(pulse, how):
    pulse.sync()
    for _ in range(2):
        [(uri,)] = pulse.connection.execute("select uri from raw.kobo_form").fetchall()
        pulse.connection.rollback()
        damage(pulse.landing, uri, how)
        pulse.submit(1)
        assert pulse.sync().n_new == 1 and pulse.raw() == pulse.server()
        assert b"survey" in pulse.landing.get(uri)


def test_who_is_erased_goes_out_of_a_torn_page_too(pulse):
    pulse.sync()
    pages = pulse.connection.execute("select uri, name from ops.landing_file where source = 'kobo/pulse' order by uri").fetchall()
    pulse.connection.rollback()
    root = "00000000-0000-4000-8000-000000000001"
    [torn] = [uri for uri, name in pages if root.encode() in pulse.landing.get(uri)]
    body = pulse.landing.get_as_it_is(torn)
    with open(pulse.landing.path_of(torn), "wb") as file:
        file.write(body[: len(body) - 40])
    other = next(uri for uri, _ in pages if uri != torn)
    damage(pulse.landing, other, "halved")
    for dry_run in (True, False):
        assert erase(pulse.connection, pulse.landing, "pulse", root, dry_run=dry_run).n_pages == 1
    assert not [name for name in files(pulse.landing) if root.encode() in Path(pulse.landing.root, name).read_bytes()]
    with pytest.raises(TornFile):
        pulse.landing.get(other)  # of nobody who was erased: it is left for `parity landing verify`
    assert 1 not in pulse.raw() and len(pulse.raw()) == N - 1
