"""Submissions as servers of several ages name them, in raw: an erasure takes all of one respondent, and nothing of another."""

from __future__ import annotations

import json
from types import SimpleNamespace

import psycopg
import pytest

from ingestion.kobo import erasure, reconcile
from ingestion.kobo.client import Page
from ingestion.kobo.erasure import erase
from ingestion.kobo.mapping import plan
from ingestion.kobo.records import content_hash
from ingestion.kobo.versions import load_versions, spell_out
from ingestion.landing import Landing, record
from parity.catalogue import KoboContract

CONTRACT = KoboContract.model_validate(
    {"name": "pulse", "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
HERS, ANOTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
# submission → form, root uuid, uuid
NAMES = {
    1: ("pulse", f"uuid:{HERS}", "edited-since"),
    2: ("pulse", HERS, "edited-since"),
    3: ("pulse", None, HERS),
    4: ("pulse", None, f"uuid:{HERS}"),
    5: ("pulse", f"uuid:{ANOTHER}", HERS),
    6: ("pulse", None, ANOTHER),
    7: ("other", f"uuid:{HERS}", HERS),
    8: ("pulse", None, None),
}


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        for number, (form, root, uuid) in NAMES.items():
            opened.execute(
                "insert into raw.kobo_submission (form, asset_uid, submission_id, root_uuid, uuid, is_deleted, content_hash, answers)"
                " values (%s, %s, %s, %s, %s, false, 'h', '{}')",
                (form, f"a{form}", number, root, uuid),
            )
        opened.commit()
        yield opened


def left(connection):
    return [number for (number,) in connection.execute("select submission_id from raw.kobo_submission order by 1")]


def test_every_spelling_of_a_respondents_name_is_erased_and_nobody_elses(connection, tmp_path):
    landing = Landing(str(tmp_path))
    assert erase(connection, landing, "pulse", HERS, dry_run=True).submission_ids == (1, 2, 3, 4)
    assert left(connection) == list(NAMES)
    report = erase(connection, landing, "pulse", f"uuid:{HERS}")
    assert (report.submission_ids, report.rows) == ((1, 2, 3, 4), {"raw.kobo_submission": 4})
    assert left(connection) == [5, 6, 7, 8]


def test_one_of_an_older_server_is_erased_by_the_only_name_that_it_has(connection, tmp_path):
    assert erase(connection, Landing(str(tmp_path)), "pulse", ANOTHER).submission_ids == (5, 6)
    assert left(connection) == [1, 2, 3, 4, 7, 8]


def test_a_pull_that_was_killed_before_an_erasure_finds_its_pages_after_it(connection, tmp_path):
    landing = Landing(str(tmp_path))
    pages = {}
    for number, name in ((1, HERS), (6, ANOTHER)):
        body = json.dumps({"count": 2, "results": [{"_id": number, "_uuid": name, "a": f"said-{number}"}]}).encode()
        landed = landing.put("kobo/pulse", f"submissions {number} to {number}", body)
        record(connection, landed)
        connection.execute("insert into ops.kobo_pull (asset_uid, last_id, uri) values ('apulse', %s, %s)", (number, landed.uri))
        pages[number] = landed.uri
    connection.commit()
    assert erase(connection, landing, "pulse", HERS).n_pages == 1
    kept = dict(connection.execute("select last_id, uri from ops.kobo_pull").fetchall())
    assert kept[6] == pages[6] and kept[1] != pages[1]
    assert json.loads(landing.get(kept[1]))["results"] == [{"_id": 1, erasure.ERASED: True}]
    assert json.loads(landing.get(kept[6]))["results"][0]["a"] == "said-6"


def test_a_cursor_counts_those_erased_as_gone_from_raw_and_not_from_the_server(connection, tmp_path):
    connection.execute(
        "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, counter_gap, is_suspect, contract_hash)"
        " values ('apulse', 'pulse', '', 7, 1, false, '')"
    )
    erase(connection, Landing(str(tmp_path)), "pulse", HERS)
    assert connection.execute("select n_live, counter_gap from ops.kobo_cursor").fetchone() == (3, 5)


def compare(connection, *records, is_partial=False):
    pages = [Page(b"", list(records), len(records))] if records else []
    client = SimpleNamespace(pages=lambda uid: iter(pages))
    return reconcile._compare(client, CONTRACT, connection, "apulse", is_partial=is_partial)


def test_a_form_that_the_server_has_emptied_is_all_surplus_and_to_a_partial_token_none(connection):
    there = tuple(number for number, (form, *_) in NAMES.items() if form == "pulse")
    assert compare(connection).surplus == there
    assert compare(connection, is_partial=True).n_surplus == 0


def test_two_comparisons_in_a_row_do_not_see_each_others_submissions(connection):
    assert compare(connection, {"_id": 1}).n_surplus == len(NAMES) - 2
    connection.commit()
    assert compare(connection).n_surplus == len(NAMES) - 1


def test_each_difference_is_told_from_the_others(connection):
    same = {"_id": 6, "_uuid": ANOTHER}
    connection.execute("update raw.kobo_submission set content_hash = %s where submission_id = 6", (content_hash(same),))
    found = compare(connection, same, {"_id": 5}, {"_id": 99})
    assert (found.missing, found.differing, found.surplus) == ((99,), (5,), (1, 2, 3, 4, 8))


def test_the_questions_of_each_version_are_kept_once_however_often_it_is_asked(connection, tmp_path):
    content = {
        "survey": [{"type": "select_one yn", "name": "a", "$xpath": "a", "select_from_list_name": "yn"}],
        "choices": [{"list_name": "yn", "name": "y"}, {"list_name": "yn", "name": "n"}],
        "translations": [None],
    }
    deployed = {"v1": content, "v2": content}
    client = SimpleNamespace(
        versions=lambda uid: [{"uid": name, "date_deployed": "2026"} for name in ("v2", "v1")],
        version=lambda uid, name: {"content": deployed[name]},
    )
    for _ in range(2):
        asset = {"uid": "apulse", "deployed_version_id": "v2"}
        forms = load_versions(client, CONTRACT, connection, asset, Landing(str(tmp_path)))
        spell_out(connection, "pulse", "apulse", forms, plan(CONTRACT, forms))
        assert [form.version_uid for form in forms] == ["v1", "v2"]
    counted = "select version_uid, count(*) from {} group by 1 order by 1"
    assert connection.execute(counted.format("raw.kobo_question")).fetchall() == [("v1", 1), ("v2", 1)]
    assert connection.execute(counted.format("raw.kobo_choice")).fetchall() == [("v1", 2), ("v2", 2)]
