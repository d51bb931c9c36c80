"""What is said of a form that is held, of projects and rights, of answers that stayed, and of raw and the server: words and numbers."""

from types import SimpleNamespace

import pytest

from ingestion.kobo.access import FormOnServer, Sight, is_archived, look, rights_notices, sees_everything, signature
from ingestion.kobo.errors import KoboError, NoForms
from ingestion.kobo.hold import Hold, Standing
from ingestion.kobo.origin import Origin
from ingestion.kobo.reconcile import Reconciliation, require_equal
from ingestion.kobo.standing import EarlierProject, project_notices
from ingestion.kobo.unread import Unread, UnreadAnswers, require_read
from parity.catalogue import KoboContract


def held(**changes):
    said = {"n_held": 1_200, "n_seen": 1_100, "n_absent": 3, "counter": None, "examples": (4, 5, 6), **changes}
    return Hold(1, "pulse", "a1", "absence", ("beyond",), since="2026-11-01T00:00:00Z", **said)


def test_a_held_form_is_told_with_its_numbers_and_its_remedy():
    assert str(held()) == (
        "HELD since 2026-11-01T00:00:00Z: raw holds 1,200 submissions, the server sent 1,100; 3 of those held were not sent (4, 5, 6)."
        ' Why: more vanished than cleaning explains. Nothing is deleted. If they are gone for good: parity kobo accept pulse --reason "…"'
    )


@pytest.mark.parametrize(("changes", "said", "unsaid"), [
    ({"counter": 1_500}, "and its own counter says 1,500", "…)"),
    ({"counter": 0}, "and its own counter says 0", "…)"),
    ({"n_absent": 4}, "(4, 5, 6, …)", "counter"),
    ({"n_absent": 0, "examples": ()}, "If that is all there is: parity kobo accept", "were not sent"),
    (
        {"accepted_at": "2026-11-02T00:00:00Z", "accepted_by": "anna"},
        "Accepted on 2026-11-02T00:00:00Z by anna; the next sync applies it.", "Nothing is deleted",
    ),
])  # fmt: skip
def test_a_held_form_tells_what_is_known_of_it(changes, said, unsaid):
    told = str(held(**changes))
    assert said in told and unsaid not in told


def test_a_counter_that_nobody_tells_lacks_nothing_beyond_what_was_sent():
    assert held(counter=1_500).lack == 400 and held(counter=None).lack == -1_100


def test_only_an_answered_question_accepts_its_submissions():
    assert Standing(held(), frozenset({4, 5})).accepted_ids == frozenset()
    assert Standing(held(accepted_at="2026-11-02T00:00:00Z"), frozenset({4, 5})).accepted_ids == {4, 5}


# ---- what the token sees


def sight(forms=(), absent=(), n_projects=2):
    return Sight("https://server.test", "the account 'anna'", n_projects, tuple(forms), tuple(absent), Origin())


def test_a_server_with_a_form_is_enough_and_one_without_names_what_was_looked_for():
    sight([FormOnServer("pulse", "a1")], [("exit", "Exit", False)]).require()
    with pytest.raises(NoForms, match="There is no contract in catalogue/sources/kobo/"):
        sight().require()
    with pytest.raises(
        NoForms, match=r"^The account 'anna' on https://server.test sees 1 project, and no deployed form"
    ) as error:
        sight(absent=[("pulse", "Pulse", True), ("exit", "Exit", False)], n_projects=1).require()
    assert "'Pulse' (pulse, not deployed yet), 'Exit' (exit)" in str(error.value)


def test_forms_that_are_not_there_are_named_beside_those_that_are():
    told = str(sight([FormOnServer("pulse", "a1")], [("exit", "Exit", False)], n_projects=0))
    assert (
        told == "The account 'anna' sees 0 projects on https://server.test, and not these, which stay as they are: 'Exit' (exit)."
    )


def test_a_form_of_several_projects_is_told_with_all_of_them_and_one_of_a_single_project_is_not():
    [told] = sight([FormOnServer("pulse", "a1", ("a2", "a3")), FormOnServer("exit", "b1")]).doubled
    assert told.startswith(
        "pulse: 3 deployed projects are the contract's (a1, a2, a3), and answers of one are synced at most. Archive"
    )


def contract(name="pulse", **changes):
    return KoboContract(name=name, asset_name=name.title(), fields={"q": "consent"}, weight={"equal": True}, **changes)


def project(uid, name="Pulse", *, is_deployed=True, is_active=True):
    return {"uid": uid, "name": name, "has_deployment": is_deployed, "deployment__active": is_active}


class Server:
    url, account, origin = "https://server.test", "the account 'anna'", Origin()

    def __init__(self, *projects):
        self.projects, self.n_asked = projects, 0

    def me(self):
        self.n_asked += 1

    def assets(self):
        return iter(self.projects)


def seen(*projects, **changes):
    return look(Server(*projects), SimpleNamespace(kobo={"pulse": contract(**changes)}))


@pytest.mark.parametrize(("projects", "forms", "absent"), [
    ([project("a1")], [("a1", ())], []),
    ([project("a1"), project("a2")], [("a1", ("a2",))], []),
    ([project("a1", is_active=False), project("a2")], [("a2", ())], []),
    ([project("a1", is_active=False), project("a2", is_active=False)], [("a1", ("a2",))], []),
    ([project("a1", is_deployed=False)], [], [("pulse", "Pulse", True)]),
    ([project("a1", "Other")], [], [("pulse", "Pulse", False)]),
    ([], [], [("pulse", "Pulse", False)]),
])  # fmt: skip
def test_a_form_is_a_deployed_project_of_its_name_that_takes_answers_or_else_an_archived_one(projects, forms, absent):
    found = seen(*projects)
    assert [(one.asset_uid, one.twins) for one in found.forms] == forms
    assert [*found.absent] == absent and found.n_projects == len(projects)


def test_a_project_that_is_named_by_its_uid_is_that_one_whatever_it_is_called():
    found = seen(project("a1"), project("a2", "Renamed"), asset_uid="a2")
    assert [(one.asset_uid, one.twins) for one in found.forms] == [("a2", ())]


@pytest.mark.parametrize(("asset", "is_one"), [
    ({"has_deployment": True, "deployment__active": False}, True), ({"has_deployment": True, "deployment__active": True}, False),
    ({"has_deployment": False, "deployment__active": False}, False), ({"has_deployment": True}, False), ({}, False),
])  # fmt: skip
def test_a_project_is_archived_where_it_was_deployed_and_takes_no_answers(asset, is_one):
    assert is_archived(asset) is is_one


def token(*names):
    return {"effective_permissions": [{"codename": name} for name in names]}


def test_a_change_of_rights_is_told_with_what_was_lost_and_gained():
    full = token("view_submissions", "manage_asset")
    assert sees_everything(full) and signature(full) == "manage_asset view_submissions"
    assert rights_notices(full, None) == [] and rights_notices(full, "manage_asset view_submissions") == []
    assert rights_notices(token("view_submissions", "edit_asset"), signature(full)) == [
        "the token's rights changed: lost manage_asset; gained edit_asset"
    ]
    assert rights_notices(token("view_submissions"), signature(full)) == ["the token's rights changed: lost manage_asset"]
    assert rights_notices(token("partial_submissions"), None) == [
        "the token sees a part of the submissions at most: no deletion is recorded"
    ]


def test_an_old_server_that_shows_its_counter_shows_everything():
    assert sees_everything({"deployment__submission_count": 0}) and not sees_everything({}) and signature({}) == ""


# ---- projects of a form


def notices(before="a1", n_total=5, earlier=(), included=()):
    return project_notices(contract(include_earlier_projects=[*included]), "a1", before, n_total, tuple(earlier))


def test_projects_of_which_nothing_is_to_be_said_are_not_spoken_of():
    assert notices() == [] and notices(before=None) == [] and notices(earlier=[EarlierProject("a0", 0, False)]) == []


def test_another_project_than_before_is_told():
    [told] = notices(before="a0")
    assert "a1 is followed from now on, a0 was until now" in told


@pytest.mark.parametrize(("n", "is_counted", "said"), [
    (1, False, "1 answer is held of an earlier project (a0), and not counted; to count them, add a0 to include_earlier_projects"),
    (1_200, False, "1,200 answers are held of an earlier project (a0), and not counted"),
    (2, True, "2 answers are held of an earlier project (a0), and counted, as include_earlier_projects says"),
    (0, True, "0 answers are held of an earlier project (a0), and counted"),
])  # fmt: skip
def test_answers_of_an_earlier_project_are_told_and_whether_they_count(n, is_counted, said):
    [told] = notices(earlier=[EarlierProject("a0", n, is_counted)], included=["a0"] if is_counted else [])
    assert told.startswith(said)


def test_a_project_of_which_nothing_is_held_is_told_to_be_misspelt_and_the_standing_one_is_not():
    [told] = notices(included=["a1", "a9"])
    assert told.startswith("include_earlier_projects names a9, of which nothing is held")


@pytest.mark.parametrize(("n_total", "n_earlier", "is_counted", "is_told"), [
    (0, 3, False, True), (1, 3, False, False), (0, 0, False, False), (0, 3, True, False),
])  # fmt: skip
def test_a_standing_project_without_answers_beside_one_that_has_some_is_told(n_total, n_earlier, is_counted, is_told):
    told = notices(n_total=n_total, earlier=[EarlierProject("a0", n_earlier, is_counted)], included=["a0"] if is_counted else [])
    assert any(each.startswith("no answer has come to the project that stands") for each in told) is is_told


# ---- answers that stayed, and raw beside the server


def test_answers_that_stayed_are_counted_of_all_to_their_question():
    assert Unread("rank", 1, 8).pct == 12.5
    assert str(Unread("rank", 1_000, 8_000, ("a", "b"))) == (
        "rank: 1,000 of 8,000 answers (12.5 %) stayed in the landing, as no version of the form offers their code; the form offers a, b"
    )
    assert str(Unread("rank", 1, 8)).endswith("; words stand where a number, a date or a code belongs")


@pytest.mark.parametrize(("n", "is_error"), [(9, False), (10, False), (11, True)])
def test_more_than_the_limit_are_an_error_that_names_the_fields_beyond_it(n, is_error):
    unread = [Unread("rank", n, 100), Unread("unit", 1, 100)]
    told = []
    try:
        require_read("pulse", unread, 10)
    except UnreadAnswers as error:
        told.append(str(error))
    assert bool(told) is is_error and not any("unit" in each for each in told)
    require_read("pulse", [], 0)


def compared(**changes):
    return Reconciliation(
        **{
            "form": "pulse",
            "n_server": 1_200,
            "n_raw": 1_200,
            "n_missing": 0,
            "n_surplus": 0,
            "n_differing": 0,
            "is_partial": False,
        }
        | changes
    )


def test_raw_that_equals_the_server_is_said_to():
    assert str(compared()) == "pulse: raw equals the server, 1,200 submissions"
    assert str(compared(is_partial=True)) == "pulse: raw equals the server, 1,200 submissions that the token may see"
    assert str(compared(n_earlier=1_000)).endswith("submissions; 1,000 of earlier projects count with them, as last synced")
    require_equal(compared())


@pytest.mark.parametrize(("changes", "said"), [
    ({"n_missing": 2, "missing": (4, 5)}, "pulse: 2 missing in raw (4, 5)"),
    ({"n_missing": 3, "missing": (4, 5)}, "pulse: 3 missing in raw (4, 5, …)"),
    ({"n_surplus": 1, "surplus": (6,)}, "pulse: 1 no longer on the server (6)"),
    ({"n_differing": 1, "differing": (7,)}, "pulse: 1 of another content (7)"),
    ({"n_missing": 1, "missing": (4,), "n_differing": 1, "differing": (7,)}, "pulse: 1 missing in raw (4); 1 of another content (7)"),
    ({"strays": ("a0",), "asset_uid": "a1"}, "pulse: figures count a0, and the project on the server is a1"),
])  # fmt: skip
def test_each_difference_is_one_that_stops_and_is_told_with_examples(changes, said):
    assert str(compared(**changes)) == said
    with pytest.raises(KoboError, match="Run `parity kobo sync --scan`, then reconcile again"):
        require_equal(compared(**changes))


def test_what_differs_while_the_form_is_held_is_answered_by_the_question():
    assert compared(n_surplus=1, held=held()).remedy == f"pulse: {held()}"
