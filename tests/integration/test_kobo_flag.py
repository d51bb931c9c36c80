"""Flags on a stand-in server: what is put on hold, what a person decided stays, and a second run does nothing."""

import json

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.kobo.client import KoboClient
from ingestion.kobo.erasure import erase
from ingestion.kobo.errors import KoboError
from ingestion.kobo.flag import ON_HOLD, flag_form
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin import clock
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

ROBOT, ANA = "a" * 40, "c" * 40
FORM = "workplace_culture"
CONTRACT = KoboContract.model_validate(
    {"name": FORM, "asset_name": "Pulse", "fields": {"a": "a"}, "consent": None, "weight": {"frame": {"A": 10}}}
)
CONTENT = {"survey": [{"type": "integer", "name": "a", "$xpath": "a"}], "choices": [], "translations": [None]}


class Site:
    def __init__(self, store, url, uid, connection, landing):
        self.store, self.url, self.uid, self.connection, self.landing = store, url, uid, connection, landing
        self.robot, self.ana = KoboClient(url, ROBOT), KoboClient(url, ANA)

    def flags(self, **by_rule):
        """The fieldwork table as the last build left it."""
        self.connection.execute("delete from fieldwork.fieldwork__flag")
        for rule, numbers in by_rule.items():
            for number in numbers:
                row = "insert into fieldwork.fieldwork__flag values (%s, %s, %s, %s)"
                self.connection.execute(row, (FORM, self.uid, number, rule))
        self.connection.commit()

    def flag(self, **options):
        return flag_form(self.robot, self.connection, FORM, **options)

    def decide(self, number, status):
        path = f"/api/v2/assets/{self.uid}/data/{number}/validation_status/"
        if status:
            self.ana.send("PATCH", path, json={"validation_status.uid": f"validation_status_{status}"})
        else:
            self.ana.send("DELETE", path)

    def statuses(self):
        return {
            record["_id"]: record["_validation_status"]["uid"].removeprefix("validation_status_")
            for record in self.store.records(self.uid)
            if record["_validation_status"]
        }


@pytest.fixture
def site(tmp_path, warehouse):
    server = create_app(tmp_path / "kobo.sqlite", ROBOT)
    store = server.state.store
    store.add_account("ana", ANA)
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, CONTENT))
    for right in ("view_asset", "view_submissions", "validate_submissions"):
        store.grant(uid, "ana", right)
    for number in range(1, 9):
        names = {"_uuid": f"u{number}", "meta/rootUuid": f"uuid:u{number}", "meta/instanceID": f"uuid:u{number}"}
        store.add(uid, names | {"a": "1", "_validation_status": {}, "_attachments": []})
    with serve(server) as url, psycopg.connect(warehouse) as connection:
        landing = Landing(str(tmp_path / "landing"))
        sync_form(KoboClient(url, ROBOT), CONTRACT, landing, connection)
        connection.execute("create schema fieldwork")
        connection.execute("create table fieldwork.fieldwork__flag (form text, asset_uid text, submission_id bigint, rule text)")
        connection.commit()
        yield Site(store, url, uid, connection, landing)


def test_a_dry_run_writes_nothing(site):
    site.flags(speeder=[1, 2])
    report = site.flag()
    assert (report.is_dry_run, report.rules, report.decision.hold) == (True, {"speeder": [1, 2]}, (1, 2))
    assert site.statuses() == {}


def test_what_is_flagged_is_put_on_hold_once_with_its_rules_kept(site):
    site.flags(speeder=[1, 2], straight_line=[2])
    assert site.flag(apply=True).decision.hold == (1, 2)
    assert site.statuses() == {1: "on_hold", 2: "on_hold"}
    kept = site.connection.execute("select submission_id, rules from ops.kobo_flag order by 1").fetchall()
    assert kept == [(1, ["speeder"]), (2, ["speeder", "straight_line"])]
    again = site.flag(apply=True).decision
    assert (again.hold, again.held) == ((), (1, 2))
    assert site.connection.execute("select count(*) from ops.kobo_flag").fetchone() == (2,)


def test_what_a_person_decided_before_or_after_stays(site, monkeypatch):
    site.decide(1, "approved")
    site.decide(2, "on_hold")
    site.flags(speeder=[1, 2, 3, 4, 5])
    assert site.flag(apply=True).decision.decided == (1, 2)
    monkeypatch.setattr(clock, "ahead", clock.ahead + clock.dt.timedelta(seconds=5))
    site.decide(3, "not_approved")
    site.decide(4, None)
    report = site.flag(apply=True)
    assert (report.decision.hold, report.decision.held, report.decision.decided) == ((), (5,), (1, 2, 3, 4))
    assert site.statuses() == {1: "approved", 2: "on_hold", 3: "not_approved", 5: "on_hold"}


def test_our_hold_is_released_when_its_rule_no_longer_fires_and_a_persons_is_not(site):
    site.decide(2, "on_hold")
    site.flags(speeder=[1, 2])
    site.flag(apply=True)
    site.flags()
    assert site.flag(apply=True).decision.release == (1,)
    assert site.statuses() == {2: "on_hold"}
    site.flags(speeder=[1])
    assert site.flag(apply=True).decision.hold == (1,)


def test_a_rule_asked_for_alone_releases_nothing(site):
    site.flags(speeder=[1], duplicate=[2])
    site.flag(apply=True)
    site.flags(duplicate=[2, 3])
    assert site.flag(rules=["duplicate"], apply=True).decision.release == ()
    assert site.statuses() == {1: "on_hold", 2: "on_hold", 3: "on_hold"}


def test_a_decision_made_between_the_look_and_the_write_stays(site, monkeypatch):
    site.flags(speeder=[1, 2])
    from ingestion.kobo import flag

    ask, asked = flag.statuses, []

    def decided_meanwhile(client, uid, numbers):
        found = ask(client, uid, numbers)
        asked.append(found)
        if len(asked) == 1:
            site.decide(1, "approved")
        return found

    monkeypatch.setattr(flag, "statuses", decided_meanwhile)
    site.flag(apply=True)
    assert site.statuses() == {1: "approved", 2: "on_hold"}


def test_a_submission_deleted_on_the_server_is_counted_as_gone(site):
    site.flags(speeder=[1])
    site.store.delete(site.uid, 1)
    assert site.flag(apply=True).decision.gone == (1,)


def test_a_token_that_may_not_validate_is_refused_with_its_remedy(site):
    site.store.add_account("reader", "d" * 40)
    site.store.grant(site.uid, "reader", "view_asset")
    site.store.grant(site.uid, "reader", "view_submissions")
    site.flags(speeder=[1])
    with pytest.raises(KoboError, match="right to validate submissions"):
        flag_form(KoboClient(site.url, "d" * 40), site.connection, FORM, apply=True)


def test_the_next_sync_sees_the_hold_and_an_erasure_takes_the_log_along(site):
    site.flags(speeder=[1])
    site.flag(apply=True)
    assert sync_form(site.robot, CONTRACT, site.landing, site.connection).n_changed == 1
    status = "select validation_status from raw.kobo_submission where submission_id = 1 order by load_no desc limit 1"
    assert site.connection.execute(status).fetchone() == (ON_HOLD,)
    erase(site.connection, site.landing, FORM, "u1")
    assert site.connection.execute("select count(*) from ops.kobo_flag").fetchone() == (0,)


def test_the_command_tells_counts_and_ids_and_no_answers(site, warehouse, monkeypatch):
    monkeypatch.setenv("PARITY_KOBO_URL", site.url)
    monkeypatch.setenv("PARITY_KOBO_TOKEN", ROBOT)
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    site.flags(speeder=[1, 2])
    run = CliRunner()
    dry = run.invoke(app, ["kobo", "flag"])
    assert dry.exit_code == 0 and "speeder: 2 (1, 2)" in dry.stdout and "Add --apply" in dry.stdout
    done = run.invoke(app, ["kobo", "flag", "--rule", "speeder", "--apply", "--json"])
    assert json.loads(done.stdout)["decision"]["hold"] == [1, 2] and site.statuses() == {1: "on_hold", 2: "on_hold"}
    wrong = run.invoke(app, ["kobo", "flag", "--rule", "spider"])
    assert wrong.exit_code == 2 and "choose speeder" in wrong.stderr
