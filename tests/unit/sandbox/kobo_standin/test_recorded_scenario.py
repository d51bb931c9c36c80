"""Plays the recorded scenario in its order, from the import of the form on: what the stand-in answers is what was recorded.

The bodies of uploads were not recorded: the form is written from its recorded content, submissions from the recorded XML.
"""

import io
import json
import uuid

import pytest
from openpyxl import Workbook

from tests.unit.sandbox.kobo_standin.recordings import (
    ASSET,
    CHANGING,
    LEFT_OUT,
    TOKENS,
    UNDEPLOYED,
    answered,
    differences,
    empty_server,
    recording,
    replay,
    server,
)

RECORDINGS = frozenset(
    """
    01_import_create.json
    02_import_status.json
    03_asset_undeployed.json
    04_deploy.json
    05_asset_deployed_v1.json
    07_submission_created.json
    07_submission_created_attachments.json
    08_versions_before_v2.json
    09_import_v2_create.json
    09_import_v2_status.json
    10_asset_v2_undeployed_draft.json
    11_redeploy_v2.json
    12_asset_deployed_v2.json
    13_versions_after_v2.json
    attach/01_submit_without_media.json
    attach/02_record_without_media.json
    attach/03_resubmit_with_media.json
    attach/04_record_with_media.json
    attach/05_download.json
    attach/07_by_xpath.json
    attach/08_delete.json
    delete/01_single.json
    delete/02_bulk.json
    edit/01_before.json
    edit/02_openrosa_edit_response.json
    edit/03_after_openrosa_edit.json
    edit/04_duplicate_edit_response.json
    edit/05_stale_deprecatedid.json
    edit/06_unknown_deprecatedid.json
    edit/07_conflict_same_uuid.json
    edit/08_conflict_unedited_uuid.json
    edit/09_exact_duplicate.json
    edit/11_after_bulk_update.json
    errors/400_or_404_data_of_undeployed.json
    errors/401_empty_token.json
    errors/403_password_restricted.json
    errors/405_deploy_twice.json
    errors/undeployed_data_json.json
    history/02_deletes.json
    history/03_modify.json
    history/04_actions.json
    misc/archive.json
    misc/asset_archived.json
    misc/asset_list.json
    perms/03_list.json
    validation/04_bulk_query.json
    """.split()
)
OWNER = {"Authorization": f"Token {TOKENS['owner']}", "Accept": "application/json"}
PNG = ("late.png", b"\x89PNG\r\n\x1a\n", "image/png")


@pytest.fixture(scope="module")
def traffic(shared_data):
    return shared_data / "kobo" / "traffic"


@pytest.fixture
def client(traffic, tmp_path):
    return server(traffic, tmp_path)


@pytest.fixture
def played(traffic):
    """Compares an answer with a recording, the form's identifier put in place of the recorded one."""

    def compare(answer, name, *, form=ASSET, changing=CHANGING):
        assert name in RECORDINGS
        entry = recording(traffic, name)
        assert answer.status_code == entry["response"]["status"]
        expected = entry["response"].get("json")
        if expected is not None:
            expected = json.loads(json.dumps(expected).replace(ASSET, form).replace("?format=json", ""))
            found = differences(answer.json(), expected, changing=changing, left_out=LEFT_OUT)
            assert found == [], found
        return answer

    return compare


def workbook(content):
    """The XLSForm of a form's content, as an author would have written it; `$kuid` is left out."""
    book = Workbook()
    languages = content["translations"]
    for name in ("survey", "choices"):
        rows = [_row(row, languages) for row in content[name]]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet = book.active if name == "survey" else book.create_sheet(name)
        sheet.title = name
        for line in [columns, *([row.get(column) for column in columns] for row in rows)]:
            sheet.append(line)
    settings = book.create_sheet("settings")
    settings.append(list(content["settings"]))
    settings.append(list(content["settings"].values()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _row(row, languages):
    written = {}
    for column, value in row.items():
        if column.startswith("$"):
            continue
        if isinstance(value, list):
            written |= {f"{column}::{language}": text for language, text in zip(languages, value, strict=True)}
        elif column == "type" and "select_from_list_name" in row:
            other = " or_other" if row.get("_or_other") else ""
            written["type"] = f"{value} {row['select_from_list_name']}{other}"
        elif column not in ("select_from_list_name", "_or_other"):
            written[column] = "yes" if value is True else value
    return written


def without_kuids(content):
    return [{key: value for key, value in row.items() if key not in ("$kuid", "$prev")} for row in content["survey"]]


def test_a_form_is_imported_deployed_and_replaced_as_recorded(tmp_path, traffic, played):
    client = empty_server(tmp_path)
    client.headers = OWNER
    first, second = (answered(traffic, f"13_version_detail_{number}.json")["content"] for number in (1, 0))
    upload = {"file": ("pulse.xlsx", workbook(first))}
    made = client.post("/api/v2/imports/", files=upload, data={"name": "Workplace culture pulse", "library": "false"})
    played(made, "01_import_create.json")
    status = client.get(f"/api/v2/imports/{made.json()['uid']}/")
    form = status.json()["messages"]["created"][0]["uid"]
    played(status, "02_import_status.json", form=form)
    url = f"/api/v2/assets/{form}/"
    content_made = CHANGING | {"content", "version_id", "deployed_version_id"}
    draft = played(client.get(url), "03_asset_undeployed.json", form=form, changing=content_made).json()
    assert without_kuids(draft["content"]) == without_kuids(first)
    for name, path in (("errors/400_or_404_data_of_undeployed.json", "data/"), ("errors/undeployed_data_json.json", "data.json")):
        played(client.get(url + path), name, form=form)

    played(client.post(f"{url}deployment/", json={"active": True}), "04_deploy.json", form=form, changing=content_made)
    played(client.post(f"{url}deployment/", json={"active": True}), "errors/405_deploy_twice.json")
    played(client.get(url), "05_asset_deployed_v1.json", form=form, changing=content_made)
    played(client.get(f"{url}versions/"), "08_versions_before_v2.json", form=form)

    upload = {"file": ("pulse.xlsx", workbook(second))}
    made = client.post("/api/v2/imports/", files=upload, data={"destination": f"http://127.0.0.1:18200{url}"})
    played(made, "09_import_v2_create.json")
    played(client.get(f"/api/v2/imports/{made.json()['uid']}/"), "09_import_v2_status.json", form=form)
    draft = played(client.get(url), "10_asset_v2_undeployed_draft.json", form=form, changing=content_made).json()
    assert draft["version_id"] != draft["deployed_version_id"]
    asked = {"active": True, "version_id": draft["version_id"]}
    played(client.patch(f"{url}deployment/", json=asked), "11_redeploy_v2.json", form=form, changing=content_made)
    deployed = played(client.get(url), "12_asset_deployed_v2.json", form=form, changing=content_made).json()
    assert deployed["deployed_version_id"] == draft["version_id"]
    played(client.get(f"{url}versions/"), "13_versions_after_v2.json", form=form)
    played(client.get("/api/v2/assets/?limit=5"), "misc/asset_list.json", form=form, changing=content_made)
    played(client.patch(f"{url}deployment/", json={"active": False}), "misc/archive.json", form=form, changing=content_made)
    played(client.get(url), "misc/asset_archived.json", form=form, changing=content_made)
    assert set(client.get(f"{url}history/actions/").json()["actions"]) == {"deploy", "redeploy", "replace-form", "archive"}


def test_reimporting_gives_each_question_a_new_kuid(tmp_path, traffic):
    client = empty_server(tmp_path)
    client.headers = OWNER
    content = answered(traffic, "13_version_detail_1.json")["content"]
    kuids = []
    for data in ({"name": "Pulse"}, {"destination": ""}):
        made = client.post("/api/v2/imports/", files={"file": ("pulse.xlsx", workbook(content))}, data=data).json()
        form = client.get(f"/api/v2/imports/{made['uid']}/").json()["messages"]["created"][0]["uid"]
        kuids.append({row["$kuid"] for row in client.get(f"/api/v2/assets/{form}/").json()["content"]["survey"]})
    assert not kuids[0] & kuids[1]


def test_a_file_that_is_no_workbook_ends_the_import_with_an_error(tmp_path):
    client = empty_server(tmp_path)
    client.headers = OWNER
    made = client.post("/api/v2/imports/", files={"file": ("pulse.xlsx", b"no workbook")}).json()
    assert client.get(f"/api/v2/imports/{made['uid']}/").json()["status"] == "error"


@pytest.fixture
def phone(client):
    """Posts a submission as a phone does."""

    def post(xml, media=None):
        files = {"xml_submission_file": ("submission.xml", xml.encode(), "text/xml")}
        return client.post("/submission", files=files | ({"late.png": media} if media else {}), headers=OWNER | {"Accept": "*/*"})

    return post


def message(answer):
    return answer.text.partition("<message")[2].partition("</message>")[0].partition(">")[2]


def with_ids(xml, instance, deprecated=None):
    before, _, after = xml.partition("<meta>")
    old = f"<deprecatedID>uuid:{deprecated}</deprecatedID>" if deprecated else ""
    return f"{before}<meta><instanceID>uuid:{instance}</instanceID>{old}</meta>{after.partition('</meta>')[2]}"


def test_a_submission_is_edited_resent_and_refused_as_recorded(client, traffic, played, phone):
    recorded = recording(traffic, "edit/01_before_xml.json")["response"]["text"]
    first, second = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
    url = f"/api/v2/assets/{ASSET}/data/"

    def sent(xml, name, media=None):
        answer = played(phone(xml, media), name)
        text = recording(traffic, name)["response"]["text"]
        assert message(answer) == text.partition("<message")[2].partition("</message>")[0].partition(">")[2]

    original = with_ids(recorded, first)
    sent(original, "07_submission_created.json")
    before = client.get(f"{url}{first}/", headers=OWNER)
    assert differences(before.json(), answered(traffic, "edit/01_before.json"), changing=CHANGING, left_out=LEFT_OUT) == []
    number = before.json()["_id"]
    played(before, "edit/01_before.json")

    edit = with_ids(recorded.replace("<department>ops<", "<department>fin<"), second, first)
    sent(edit, "edit/02_openrosa_edit_response.json")
    after = played(client.get(f"{url}{number}.json", headers=OWNER), "edit/03_after_openrosa_edit.json").json()
    assert (after["_uuid"], after["meta/rootUuid"]) == (second, f"uuid:{first}")
    assert after["_submission_time"] == before.json()["_submission_time"]
    sent(edit, "edit/04_duplicate_edit_response.json")
    sent(with_ids(recorded, uuid.UUID(int=3), first), "edit/05_stale_deprecatedid.json")
    sent(with_ids(recorded, uuid.UUID(int=3), uuid.UUID(int=9)), "edit/06_unknown_deprecatedid.json")
    sent(with_ids(recorded, second).replace(">ops<", ">sales<"), "edit/07_conflict_same_uuid.json")
    assert len(client.get(url, params={"query": json.dumps({"_uuid": second})}, headers=OWNER).json()["results"]) == 2
    fourth = with_ids(recorded, uuid.UUID(int=4))
    phone(fourth)
    sent(fourth.replace(">ops<", ">fin<"), "edit/08_conflict_unedited_uuid.json")
    sent(fourth, "edit/09_exact_duplicate.json")

    client.delete(f"{url}{uuid.UUID(int=4)}/", headers=OWNER)
    assert phone(fourth).status_code == 201
    again = client.get(f"{url}{uuid.UUID(int=4)}/", headers=OWNER).json()
    assert again["_id"] > number + 2 and again["meta/rootUuid"] == f"uuid:{uuid.UUID(int=4)}"


def test_late_media_grow_a_record_without_a_new_uuid_as_recorded(client, traffic, played, phone):
    recorded = recording(traffic, "edit/01_before_xml.json")["response"]["text"]
    instance = str(uuid.UUID(int=5))
    xml = with_ids(recorded, instance).replace("<photo/>", "<photo>late.png</photo>")
    url = f"/api/v2/assets/{ASSET}/"
    answers = CHANGING | set(answered(traffic, "edit/01_before.json"))

    def read(name):
        answer = client.get(f"{url}data/{instance}.json", headers=OWNER).json()
        expected = answered(traffic, name)
        assert name in RECORDINGS
        drop = {"download_url", "filename", "download_large_url", "download_medium_url", "download_small_url"}
        for one, other in zip(answer["_attachments"], expected["_attachments"], strict=True):
            assert differences(one, other, changing=answers | drop, left_out=frozenset()) == []
        return answer

    played(phone(xml), "attach/01_submit_without_media.json")
    before = read("attach/02_record_without_media.json")
    played(phone(xml, PNG), "attach/03_resubmit_with_media.json")
    after = read("attach/04_record_with_media.json")
    assert (after["_uuid"], len(after["_attachments"])) == (before["_uuid"], 1)
    played(phone(xml, PNG), "edit/09_exact_duplicate.json")
    attachment = after["_attachments"][0]
    for path, name in (
        (f"{attachment['uid']}/", "attach/05_download.json"),
        ("?xpath=photo", "attach/07_by_xpath.json"),
    ):
        answer = played(client.get(f"{url}data/{instance}/attachments/{path}", headers=OWNER), name)
        assert (answer.content, answer.headers["content-type"]) == (PNG[1], "image/png")
    played(client.delete(f"{url}attachments/{attachment['uid']}/", headers=OWNER), "attach/08_delete.json")
    gone = client.get(f"{url}data/{instance}.json", headers=OWNER).json()
    assert gone["_attachments"][0]["is_deleted"] is True
    assert gone | {"_attachments": []} == after | {"_attachments": []}

    other = with_ids(xml, uuid.UUID(int=6))
    played(phone(other, PNG), "07_submission_created_attachments.json")


def test_deletions_edits_and_statuses_stand_in_the_history_as_recorded(client, traffic, played):
    url = f"/api/v2/assets/{ASSET}/"
    played(client.delete(f"{url}data/2/", headers=OWNER), "delete/01_single.json")
    payload = {"payload": {"submission_ids": [3, 4, 5]}}
    played(client.request("DELETE", f"{url}data/bulk/", json=payload, headers=OWNER), "delete/02_bulk.json")
    replay(client, recording(traffic, "edit/10_bulk_update.json")["request"])
    played(client.get(f"{url}data/11.json", headers=OWNER), "edit/11_after_bulk_update.json")
    many = replay(client, recording(traffic, "validation/04_bulk_query.json")["request"])
    played(many, "validation/04_bulk_query.json", changing=CHANGING | {"detail"})
    assert many.json() == {"detail": f"{_of_department(client, 'sales')} submissions have been updated"}

    deletes = played(
        replay(client, recording(traffic, "history/02_deletes.json")["request"]),
        "history/02_deletes.json",
        changing=CHANGING | {"root_uuid", "submitted_by"},
    ).json()
    assert len({row["metadata"]["submission"]["root_uuid"] for row in deletes["results"]}) == 4
    modified = replay(client, recording(traffic, "history/03_modify.json")["request"])
    played(modified, "history/03_modify.json", changing=CHANGING | {"results", "count"})
    expected = answered(traffic, "history/03_modify.json")["results"]
    shapes = {json.dumps(sorted(row["metadata"]["submission"])) for row in expected}
    assert {json.dumps(sorted(row["metadata"]["submission"])) for row in modified.json()["results"]} <= shapes
    assert differences(modified.json()["results"][-1], expected[0], changing=CHANGING | {"submission"}, left_out=LEFT_OUT) == []
    actions = replay(client, recording(traffic, "history/04_actions.json")["request"])
    played(actions, "history/04_actions.json", changing=CHANGING | {"actions"})
    assert set(actions.json()["actions"]) <= set(answered(traffic, "history/04_actions.json")["actions"])


def _of_department(client, name):
    query = json.dumps({"profile/department": name})
    return client.get(f"/api/v2/assets/{ASSET}/data/", params={"query": query}, headers=OWNER).json()["count"]


def test_history_is_for_the_past_that_was_asked_for(client):
    url = f"/api/v2/assets/{ASSET}/"
    client.delete(f"{url}data/2/", headers=OWNER)

    def actions(q):
        return [row["action"] for row in client.get(f"{url}history/", params={"q": q}, headers=OWNER).json()["results"]]

    assert actions("action:delete-submission OR action:redeploy") == ["delete-submission"]
    assert actions('NOT action:view-data AND date_created__gte:"2026-01-01 00:00:00"') == ["delete-submission"]
    assert actions('action:delete-submission AND date_created__gte:"2999-01-01 00:00:00"') == []
    assert client.get(f"{url}history/", params={"q": "action:("}, headers=OWNER).status_code == 400


def test_the_owners_rights_on_a_form_are_the_recorded_ones(client, traffic):
    for account, name in (
        ("owner", "20_asset_final.json"),
        ("viewer", "perms/05_asset_as_viewer.json"),
        ("partial", "perms/05_asset_as_partial.json"),
    ):
        headers = OWNER | {"Authorization": f"Token {TOKENS[account]}"}
        got = client.get(f"/api/v2/assets/{ASSET}/", headers=headers).json()["effective_permissions"]
        recorded = answered(traffic, name)["effective_permissions"]
        assert {entry["codename"] for entry in got} == {entry["codename"] for entry in recorded}


def test_granted_rights_are_listed_and_can_be_taken_back(client, traffic, played):
    url = f"/api/v2/assets/{ASSET}/permission-assignments/"
    listed = client.get(url, headers=OWNER)
    expected = {
        json.dumps(row["partial_permissions"]) for row in answered(traffic, "perms/03_list.json") if "partial_permissions" in row
    }
    assert "perms/03_list.json" in RECORDINGS
    assert {json.dumps(row["partial_permissions"]) for row in listed.json() if "partial_permissions" in row} == expected
    for row in listed.json():
        assert client.delete(row["url"], headers=OWNER).status_code == 204
    headers = OWNER | {"Authorization": f"Token {TOKENS['viewer']}"}
    assert client.get(f"/api/v2/assets/{ASSET}/data/", headers=headers).status_code == 404


def test_an_empty_token_and_a_restricted_account_are_told_so(client, traffic, played):
    name = "errors/401_empty_token.json"  # the recorder masked the empty token
    played(client.get(f"/api/v2/assets/{ASSET}/data.json?limit=1", headers=OWNER | {"Authorization": "Token "}), name)
    client.app.state.store.add_account("stranger", TOKENS["stranger"], restricted=True)
    played(
        replay(client, recording(traffic, "errors/403_password_restricted.json")["request"]),
        "errors/403_password_restricted.json",
    )
    assert client.get(f"/api/v2/assets/{UNDEPLOYED}/", headers=OWNER).json()["deployment_status"] == "draft"
