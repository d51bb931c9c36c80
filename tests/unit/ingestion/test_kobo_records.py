"""What leaves the landing: the contract's fields, of those who consented, in the common codes."""

import json

import pytest

from ingestion.kobo.access import sees_everything
from ingestion.kobo.form import Choice, Form, Question
from ingestion.kobo.mapping import plan
from ingestion.kobo.records import Reader, content_hash
from parity.catalogue import KoboContract

CONTRACT = KoboContract.model_validate(
    {
        "name": "form",
        "asset_name": "Form",
        "fields": {"consent": "consent", "profile/sex": "gender", "culture/respect": "respect", "culture/respect_v1": "respect"},
        "value_maps": {"gender": {"f": "woman"}},
        "consent": {"field": "consent", "value": "yes"},
        "weight": {"frame": {"A": 10}},
    }
)
RECORD = {
    "_id": 7,
    "_uuid": "u",
    "meta/rootUuid": "uuid:u",
    "__version__": "v1",
    "_submission_time": "2026-11-01T10:00:00",
    "_validation_status": {"uid": "validation_status_approved"},
    "_submitted_by": "somebody",
    "consent": "yes",
    "profile/sex": "f",
    "culture/respect": "4",
    "comment": "my boss is …",
    "_attachments": [],
}


LISTS = {"consent": ("yes", "no"), "profile/sex": ("f", "m"), "culture/respect": ("4", "5"), "culture/respect_v1": ("4", "5")}
FORM = Form(
    "v1",
    tuple(Question(path, path.split("/")[-1], "select_one", path, None, (), {}) for path in LISTS),
    {path: tuple(Choice(path, code, {}) for code in codes) for path, codes in LISTS.items()},
)


def submission(record, contract):
    return Reader(contract, plan(contract, [FORM])).submission(record)


def recorded(shared_data, name):
    return json.loads((shared_data / "kobo" / "traffic" / name).read_text())["response"]["json"]


def test_only_the_contracts_fields_leave_in_common_codes():
    kept = submission(RECORD, CONTRACT)
    assert kept.answers == {"consent": "yes", "gender": "woman", "respect": "4"}
    assert (kept.submission_id, kept.root_uuid, kept.version_uid) == (7, "uuid:u", "v1")
    assert kept.validation_status == "validation_status_approved"
    assert "boss" not in str(kept) and "somebody" not in str(kept)


@pytest.mark.parametrize("consent", [{"consent": "no"}, {}])
def test_without_consent_no_answer_leaves(consent):
    record = {key: value for key, value in RECORD.items() if key != "consent"} | consent
    assert submission(record, CONTRACT).answers == {}


def test_a_question_under_its_former_name_is_the_same_item():
    record = {key: value for key, value in RECORD.items() if key != "culture/respect"} | {"culture/respect_v1": "5"}
    assert submission(record, CONTRACT).answers["respect"] == "5"


def test_a_question_that_became_a_repeat_is_no_answer():
    assert "respect" not in submission(RECORD | {"culture/respect": [{"x": "1"}]}, CONTRACT).answers


def test_content_hash_moves_with_anything_but_the_order_of_keys():
    assert content_hash(dict(reversed(RECORD.items()))) == content_hash(RECORD)
    for change in ({"culture/respect": "5"}, {"_validation_status": {}}, {"_attachments": [{"uid": "att1"}]}):
        assert content_hash(RECORD | change) != content_hash(RECORD)


def test_records_of_the_real_server_are_read(shared_data):
    contract = CONTRACT.model_copy(update={"consent": None})
    names = [f"data/record_{name}.json" for name in ("1", "anonymous", "unknown_node", "without_version_and_formhub")]
    assert all(submission(recorded(shared_data, name), contract).submission_id for name in names)


@pytest.mark.parametrize(("name", "whole"), [("viewer", True), ("partial", False)])
def test_a_real_token_that_sees_a_part_is_told_from_one_that_sees_all(shared_data, name, whole):
    asset = recorded(shared_data, f"perms/05_asset_as_{name}.json")
    assert sees_everything(asset) is whole
    del asset["effective_permissions"]
    assert sees_everything(asset) is whole
