"""A form of three versions with answers to each: synced after each, and once from fresh, raw holds the same; nothing goes without a word."""

import psycopg
import pytest

from ingestion.kobo.client import KoboClient
from ingestion.kobo.mapping import MappingError
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
SCALE = ("Never", "At times", "Often", "Always")


def contract(fields, **others):
    return KoboContract.model_validate(
        {"name": "pulse", "asset_name": "Pulse", "fields": fields, "weight": {"frame": {"A": 10}}} | others
    )


def content(*questions, labels=SCALE):
    survey = []
    for path, kuid in questions:
        *groups, name = path.split("/")
        survey += [{"type": "begin_group", "name": group} for group in groups]
        survey += [
            {"type": "select_one", "name": name, "$autoname": name, "$kuid": kuid, "select_from_list_name": "often"},
            *[{"type": "end_group"}] * len(groups),
        ]
    choices = [{"list_name": "often", "name": str(code), "label": [label]} for code, label in enumerate(labels, 1)]
    return {"survey": survey, "choices": choices, "translations": [None]}


class Server:
    """A stand-in server with one form, to which respondents answer version by version."""

    def __init__(self, store, url, landing):
        self.store, self.url, self.landing, self.n = store, url, landing, 0
        self.uid = store.add_asset("Pulse")

    def deploy(self, *questions, **others):
        self.store.deploy(self.uid, self.store.add_version(self.uid, content(*questions, **others)))
        return self.store.versions(self.uid)[0]["uid"]

    def answer(self, version, **answers):
        self.n += 1
        root = f"00000000-0000-4000-8000-{self.n:012d}"
        record = {
            "_uuid": root,
            "meta/rootUuid": f"uuid:{root}",
            "_submission_time": "2026-01-01T00:00:00",
            "__version__": version,
        }
        answers = {path.replace("__", "/"): code for path, code in answers.items()}
        self.store.log(self.uid, "add-submission", "owner", {"submission": {"root_uuid": root}})
        self.store.add(self.uid, record | answers | {"_validation_status": {}, "_attachments": []})

    def sync(self, agreement, connection, folder="landing"):
        report = sync_form(KoboClient(self.url, TOKEN, page_size=2), agreement, Landing(str(self.landing / folder)), connection)
        connection.commit()
        return report


@pytest.fixture
def server(tmp_path):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(app) as url:
        yield Server(app.state.store, url, tmp_path)


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        yield opened


def held(connection):
    """The fields of each submission as raw holds them now."""
    rows = connection.execute(
        "select distinct on (submission_id) submission_id, coalesce(answers, '{}') from raw.kobo_submission order by submission_id, load_no desc"
    )
    return dict(rows.fetchall())


def forget(connection):
    for table in (
        "raw.kobo_submission",
        "raw.kobo_form",
        "raw.kobo_question",
        "raw.kobo_choice",
        "ops.kobo_cursor",
        "ops.kobo_pull",
    ):
        connection.execute(f"truncate {table} cascade")
    connection.commit()


KEPT = ("other", "k0")
CHAINS = {
    "a group renamed at each upload": (
        [[("g1/r", "k1"), KEPT], [("g2/r", "k2"), ("other", "k8")], [("g3/r", "k3"), ("other", "k9")]],
        ["g1__r", "g2__r", "g3__r"],
    ),
    "a name that goes back": ([[("r", "k1"), KEPT], [("s", "k1"), KEPT], [("r", "k1"), KEPT]], ["r", "s", "r"]),
    "a name that changes in case": ([[("R", "k1"), KEPT], [("r", "k1"), KEPT], [("r", "k4"), ("other", "k5")]], ["R", "r", "r"]),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_synced_after_each_version_and_once_from_fresh_raw_holds_every_answer(chain, server, connection):
    versions, places = CHAINS[chain]
    agreement = contract({places[0].replace("__", "/"): "x"}, drops=["other"])
    truth = {}
    for questions, place in zip(versions, places, strict=True):
        uid = server.deploy(*questions)
        for code in "13":
            server.answer(uid, **{place: code, "other": "2"})
            truth[server.n] = {"x": code}
        server.answer(uid, other="2")
        truth[server.n] = {}
        report = server.sync(agreement, connection)
        assert held(connection) == truth and "taken out" not in str(report.notices)
    assert len(truth) == 9
    forget(connection)
    server.sync(agreement, connection, "fresh")
    assert held(connection) == truth


def test_a_reversed_scale_stops_the_form_and_leaves_raw_alone_until_it_is_answered(server, connection):
    agreement = contract({"r": "x"})
    first = server.deploy(("r", "k1"))
    server.answer(first, r="4")
    server.sync(agreement, connection)
    second = server.deploy(("r", "k1"), labels=SCALE[::-1])
    server.answer(second, r="4")
    with pytest.raises(
        MappingError, match=f"r: code 1 was 'Never' in version {first} and is 'Always' in version {second}: same mean"
    ):
        server.sync(agreement, connection)
    connection.rollback()
    assert held(connection) == {1: {"x": "4"}}
    for is_same, later in ((False, {}), (True, {"x": "4"})):
        answered = contract({"r": "x"}, same_meaning=[{"path": "r", "version": second, "same": is_same}])
        report = server.sync(answered, connection)
        assert held(connection) == {1: {"x": "4"}, 2: later} and "taken out" not in str(report.notices)
    undone = server.sync(contract({"r": "x"}, same_meaning=[{"path": "r", "version": second, "same": False}]), connection)
    assert "x: 1 loaded answers are no longer read, and were taken out of raw" in str(undone.notices)
    assert held(connection) == {1: {"x": "4"}, 2: {}}


def test_what_a_keeper_takes_out_of_the_contract_goes_from_raw_with_a_word(server, connection):
    uid = server.deploy(("r", "k1"), ("s", "k2"))
    for n in range(3):
        server.answer(uid, **({"r": "1", "s": "2"} if n else {"r": "1"}))
    server.sync(contract({"r": "x", "s": "y"}), connection)
    report = server.sync(contract({"r": "x"}, drops=["s"]), connection)
    told = "y: the contract lists it no more, so 2 loaded answers were taken out of raw; they stay in the landing"
    assert [notice for notice in report.notices if "taken out" in notice] == [told]
    assert held(connection) == {1: {"x": "1"}, 2: {"x": "1"}, 3: {"x": "1"}}
    moved = server.sync(contract({"s": "x"}, drops=["r"]), connection)
    assert "x: 1 loaded answers are no longer read" in str(moved.notices), "who answered r alone has no answer to s"
    assert held(connection) == {1: {}, 2: {"x": "2"}, 3: {"x": "2"}}
    assert "taken out" not in str(server.sync(contract({"s": "x"}, drops=["r"]), connection).notices)


def test_a_version_in_which_nobody_answered_asks_nothing(server, connection):
    agreement = contract({"r": "x"})
    server.deploy(("old", "k1"))
    second = server.deploy(("r", "k2"))
    server.answer(second, r="1")
    assert server.sync(agreement, connection).n_new == 1
    first = server.store.versions(server.uid)[-1]["uid"]
    server.answer(first, old="1")
    with pytest.raises(MappingError, match="question r appeared, old vanished: map or drop"):
        server.sync(agreement, connection)
    connection.rollback()
    server.sync(contract({"r": "x", "old": "x"}), connection)
    assert held(connection) == {1: {"x": "1"}, 2: {"x": "1"}}
