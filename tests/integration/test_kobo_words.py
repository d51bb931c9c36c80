"""Of a form, too, only what the contract lists leaves the landing: names that stand in it stay there, and so does what older code let out."""

import json

import psycopg
import pytest
from psycopg.types.json import Jsonb

from ingestion.kobo.client import KoboClient
from ingestion.kobo.mapping import MappingError
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import KoboContract
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
NAMES = ("Jaidee", "jaidee", "Malee", "malee", "081 234")
LANGUAGES = ["English (en)", None]


def contract(fields, **others):
    made = {"name": "pulse", "asset_name": "Pulse", "fields": fields, "consent": None, "weight": {"frame": {"A": 10}}} | others
    return KoboContract.model_validate(made)


def choices(list_name, **labels):
    return [{"list_name": list_name, "name": code, "label": [label, label]} for code, label in labels.items()]


def one(name, list_name, **others):
    return {
        "type": "select_one",
        "select_from_list_name": list_name,
        "name": name,
        "$kuid": f"k{name}",
        "label": [f"{name}?"] * 2,
    } | others


FORM = {
    "survey": [
        one("respect", "scale", relevant="${boss} = 'Somchai Jaidee'", hint=["Ask Malee"] * 2),
        one("respondent", "team", constraint=". != 'malee'"),
        {
            "type": "note",
            "$autoname": "Focal_point_Malee_081_234",
            "$kuid": "h",
            "label": ["Focal point: Malee, 081 234 5678"] * 2,
        },
        {"type": "note", "name": "help", "label": ["Call Malee", None]},
        {"type": "text", "name": "boss", "label": ["Is Malee your boss?"] * 2, "default": "Somchai Jaidee"},
        {"type": "calculate", "name": "is_boss", "calculation": "if(${respondent} = 'jaidee', 1, 0)"},
        {"type": "begin_group", "name": "talks", "label": ["Talks with Jaidee"] * 2},
        {"type": "begin_kobomatrix", "name": "rated", "kobo--matrix_list": "team"},
        one("fair", "scale"),
        {"type": "end_kobomatrix"},
        {"type": "end_group"},
    ],
    "choices": [*choices("scale", good="Good", bad="Bad"), *choices("team", jaidee="Somchai Jaidee", malee="Malee Srisuk")],
    "settings": {"default_language": "Jaidee"},
    "translations": LANGUAGES,
}
RECORD = {
    "_id": 1, "_uuid": "u", "meta/rootUuid": "uuid:00000000-0000-4000-8000-000000000001", "_submission_time": "2026-01-01T00:00:00",
    "_validation_status": {}, "_attachments": [], "respect": "good", "respondent": "malee",
}  # fmt: skip


@pytest.fixture
def connection(warehouse):
    with psycopg.connect(warehouse) as opened:
        yield opened


@pytest.fixture
def site(tmp_path):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store = app.state.store
    uid = store.add_asset("Pulse")
    for _ in range(2):
        store.deploy(uid, store.add_version(uid, FORM))
    store.add(uid, RECORD)
    with serve(app) as url:
        yield KoboClient(url, TOKEN), Landing(str(tmp_path / "landing")), store, uid


def sync(site, connection, agreement):
    report = sync_form(site[0], agreement, site[1], connection)
    connection.rollback()
    return report


def held(connection):
    """All that raw says of forms and answers."""
    tables = ("kobo_form", "kobo_question", "kobo_choice", "kobo_submission")
    rows = [connection.execute(f"select to_jsonb(line) - 'loaded_at' from raw.{table} as line").fetchall() for table in tables]
    return json.dumps(rows, ensure_ascii=False)


def questions(connection):
    rows = connection.execute("select version_uid, path, labels from raw.kobo_question order by version_uid, position").fetchall()
    return [
        [(path, bool(labels)) for version, path, labels in rows if version == one] for one in sorted({row[0] for row in rows})
    ]


def codes(connection):
    return sorted({row[0] for row in connection.execute("select code from raw.kobo_choice")})


OUTLINE = ["respect", "respondent", "note", "help", "boss", "is_boss", "talks/rated_*/rated_*_fair"]


def test_names_that_stand_in_the_form_stay_in_the_landing(site, connection):
    report = sync(site, connection, contract({"respect": "respect"}))
    assert not [name for name in NAMES if name in held(connection) + str(report)]
    assert questions(connection) == [[(path, path == "respect") for path in OUTLINE]] * 2
    assert codes(connection) == ["bad", "good"]
    assert report.notices == ("not in the contract, stays in the landing: respondent, talks/rated_*/rated_*_fair",)
    uris = [row[0] for row in connection.execute("select uri from raw.kobo_form")]
    assert [b"Jaidee" in site[1].get(uri) for uri in uris] == [True, True]


def test_the_words_of_a_question_come_when_it_is_listed_and_go_when_it_is_dropped(site, connection):
    for agreement, leaves in (
        (contract({"respect": "respect"}), ["bad", "good"]),
        (contract({"respect": "respect", "respondent": "who"}), ["bad", "good", "jaidee", "malee"]),
        (contract({"respect": "respect"}, drops=["respondent"]), ["bad", "good"]),
        (contract({"respondent": "who"}), ["jaidee", "malee"]),
    ):
        sync(site, connection, agreement)
        assert codes(connection) == leaves
        words = {path for path, has_words in questions(connection)[0] if has_words}
        assert words == set(agreement.fields)
    sync(site, connection, contract({"respect": "respect"}))
    assert not [name for name in NAMES if name in held(connection)]


def test_a_listed_line_of_a_matrix_has_its_own_path_and_no_other_line_is_named(site, connection):
    sync(site, connection, contract({"talks/rated_malee/rated_malee_fair": "fair"}))
    assert [path for path, has_words in questions(connection)[0] if has_words] == ["talks/rated_malee/rated_malee_fair"]
    assert "jaidee" not in held(connection) and codes(connection) == ["bad", "good"]


def as_older_code_left_it(connection, uid):
    """Whole contents in raw, and every word of them spelt out."""
    for (version,) in connection.execute("select version_uid from raw.kobo_form").fetchall():
        connection.execute(
            "update raw.kobo_form set content = %s, uri = null, listed = null where version_uid = %s", (Jsonb(FORM), version)
        )
        connection.execute(
            "insert into raw.kobo_choice (asset_uid, version_uid, position, list_name, code, labels) values (%s, %s, 1, 'team', 'malee', %s)",
            (uid, version, Jsonb({"default": "Malee Srisuk"})),
        )
        connection.execute(
            "insert into raw.kobo_question (asset_uid, version_uid, position, path, name, type, repeats, labels)"
            " values (%s, %s, 9, 'phone', 'phone', 'note', '{}', %s)",
            (uid, version, Jsonb({"default": "081 234 5678"})),
        )
    connection.commit()
    assert len([name for name in NAMES if name in held(connection)]) >= 4


def test_the_next_sync_takes_away_what_older_code_let_out(site, connection):
    agreement = contract({"respect": "respect"})
    sync(site, connection, agreement)
    before = questions(connection)
    as_older_code_left_it(connection, site[3])
    for _ in range(2):
        sync(site, connection, agreement)
        assert not [name for name in NAMES if name in held(connection)]
        assert (questions(connection), codes(connection)) == (before, ["bad", "good"])
    assert b"Malee" in site[1].get(connection.execute("select uri from raw.kobo_form limit 1").fetchone()[0])


def test_what_older_code_let_out_of_a_project_that_is_gone_goes_too(site, connection):
    agreement = contract({"respect": "respect"})
    sync(site, connection, agreement)
    as_older_code_left_it(connection, site[3])
    for table in ("kobo_form", "kobo_question", "kobo_choice"):
        connection.execute(f"update raw.{table} set asset_uid = 'agone'")
    connection.execute("update raw.kobo_form set form = 'gone' where version_uid = (select min(version_uid) from raw.kobo_form)")
    connection.commit()
    sync(site, connection, agreement)
    assert not [name for name in NAMES if name in held(connection)]
    assert connection.execute("select count(*) from raw.kobo_form where asset_uid = 'agone' and uri is not null").fetchone() == (
        2,
    )


def test_a_project_that_another_replaced_has_no_words(site, connection):
    agreement = contract({"respect": "respect"})
    sync(site, connection, agreement)
    for table in ("kobo_form", "kobo_question", "kobo_choice"):
        connection.execute(f"update raw.{table} set asset_uid = 'aformer'")
    connection.commit()
    for _ in range(2):
        sync(site, connection, agreement)
        spelt = connection.execute("select asset_uid, count(*) from raw.kobo_choice group by 1").fetchall()
        assert spelt == [(site[3], 4)]


def test_it_goes_even_where_the_form_stops_with_a_question(site, connection):
    sync(site, connection, contract({"respect": "respect"}))
    as_older_code_left_it(connection, site[3])
    with pytest.raises(MappingError, match="boss is of type text"):
        sync(site, connection, contract({"respect": "respect", "boss": "boss"}))
    assert not [name for name in NAMES if name in held(connection)]


def test_a_content_that_the_landing_lost_is_asked_for_again(site, connection):
    agreement = contract({"respect": "respect"})
    sync(site, connection, agreement)
    for (uri,) in connection.execute("select distinct uri from raw.kobo_form").fetchall():
        site[1].remove(uri)
    sync(site, connection, contract({"respect": "respect", "respondent": "who"}))
    assert codes(connection) == ["bad", "good", "jaidee", "malee"]
    assert b"Malee" in site[1].get(connection.execute("select uri from raw.kobo_form limit 1").fetchone()[0])


SHAPED = {
    "survey": [
        {"type": "date", "name": "day"},
        {"type": "begin_repeat", "name": "g"},
        {"type": "integer", "name": "n"},
        {"type": "end_repeat"},
        {"type": "calculate", "name": "c", "calculation": "concat('a', '')"},
        one("respect", "scale"),
    ],
    "choices": choices("scale", good="Good", bad="Bad"),
    "translations": LANGUAGES,
}
LEAKED = {"day": "0812345678", "n": {"1": "๑๒", "2": "7"}, "c": "Malee", "respect": "good"}


def test_answers_that_older_code_let_out_in_another_shape_go_from_every_version(tmp_path, connection):
    app = create_app(tmp_path / "kobo.sqlite", TOKEN)
    store = app.state.store
    uid = store.add_asset("Pulse")
    store.deploy(uid, store.add_version(uid, SHAPED))
    said = {"day": "2026-01-02", "g": [{"g/n": "3"}], "c": "a", "respect": "good"}
    for number in (1, 2, 3):
        root = f"00000000-0000-4000-8000-{number:012d}"
        store.add(uid, RECORD | {"_id": number, "_uuid": root, "meta/rootUuid": f"uuid:{root}", "respondent": ""} | said)
    agreement = contract({"day": "day", "g/n": "n", "c": "c", "respect": "respect"}, value_maps={"respect": {"good": "fine"}})
    with serve(app) as url:
        place = (KoboClient(url, TOKEN), Landing(str(tmp_path / "landing")))
        sync(place, connection, agreement)
        store.delete(uid, 2)
        assert sync(place, connection, agreement).n_deleted == 1
        connection.execute(
            "update raw.kobo_submission set answers = %s where submission_id in (2, 3) and not is_deleted", (Jsonb(LEAKED),)
        )
        connection.execute("update raw.kobo_submission set content_hash = 'older' where submission_id = 3")
        connection.execute("update ops.kobo_cursor set contract_hash = 'of older code'")
        connection.commit()
        for _ in range(2):
            sync(place, connection, agreement)
            rows = connection.execute("select submission_id, answers from raw.kobo_submission order by submission_id, load_no")
            whole = {"day": "2026-01-02", "n": {"1": "3"}, "c": "a", "respect": "fine"}
            left = {"n": {"2": "7"}, "respect": "good"}
            assert rows.fetchall() == [(1, whole), (2, left), (2, None), (3, left), (3, whole)]
