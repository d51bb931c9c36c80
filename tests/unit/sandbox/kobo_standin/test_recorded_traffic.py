"""Replays the recorded requests of a real KoboToolbox server against the stand-in and compares the answers.

Here the stand-in holds the recorded form in its final state; the recordings that need another state are played in order in
`test_recorded_scenario.py`. Every recording is replayed or named as not served.
"""

import pytest

from tests.unit.sandbox.kobo_standin import test_recorded_scenario as scenario
from tests.unit.sandbox.kobo_standin.recordings import CHANGING, LEFT_OUT, differences, names, recording, replay, server

# Status and body are equal, value for value.
EXACT = frozenset(
    """
    attach/06_list.json
    attach/09_record_after_attachment_delete.json
    data/final_all_limit1000.json
    data/final_keyset_limit150/3.json
    data/page_count-1.json
    data/page_limit--1.json
    data/page_limit-.json
    data/page_limit-0.json
    data/page_limit-100__start-380.json
    data/page_limit-100__start-5000.json
    data/page_limit-abc.json
    data/page_start--1.json
    data/page_start-abc.json
    data/record_1.json
    data/record_10.json
    data/record_11.json
    data/record_20.json
    data/record_381.json
    data/record_384.json
    data/record_anonymous.json
    data/record_old_version_after_redeploy.json
    data/record_unknown_node.json
    data/record_without_version_and_formhub.json
    edit/13_after_second_bulk_update.json
    errors/301_no_trailing_slash.json
    errors/400_bulk_delete_invalid_ids.json
    errors/400_grant_unknown_user.json
    errors/401_bad_token.json
    errors/401_basic_wrong.json
    errors/401_bearer_wrong_scheme.json
    errors/401_or_404_anon_data.json
    errors/401_or_404_attachment_anon.json
    errors/403_delete_as_partial.json
    errors/403_delete_as_viewer.json
    errors/403_validate_as_partial.json
    errors/403_validate_as_viewer.json
    errors/403_view_asset_only_data.json
    errors/404_bad_submission_id.json
    errors/404_delete_again.json
    errors/404_deleted_asset.json
    errors/404_deleted_submission.json
    errors/404_format_csv.json
    errors/404_stranger_asset.json
    errors/404_stranger_data.json
    errors/404_unknown_submission.json
    errors/405_post_data.json
    errors/406_accept_csv.json
    errors/anon_asset.json
    errors/anon_asset_list.json
    errors/anon_me.json
    errors/attachment_deleted_download.json
    errors/bulk_update_empty.json
    errors/bulk_update_unknown_ids.json
    errors/history_as_partial.json
    errors/history_as_viewer.json
    errors/hooks_as_partial.json
    errors/hooks_as_viewer.json
    errors/redeploy_bad_version.json
    errors/validation_status_bad.json
    errors/versions_deployed_lowercase.json
    query/detail_by_root_uuid.json
    query/edited_only.json
    query/fields_bad.json
    query/fields_dict.json
    query/fields_group_prefix.json
    query/fields_hides_validation_status.json
    query/fields_list.json
    query/fields_no_id.json
    query/fields_tags_notes.json
    query/fields_with_validation_status.json
    query/op_eq_op.json
    query/op_in_uuid.json
    query/op_nor_op.json
    query/op_size_op.json
    query/q_all_nonarray.json
    query/q_and_in.json
    query/q_attach_exists.json
    query/q_bad_json.json
    query/q_id_gt_str.json
    query/q_id_str.json
    query/q_num_as_int.json
    query/q_repeat_dot.json
    query/q_submission_time_ejson_date.json
    query/q_unknown_op.json
    query/q_where.json
    query/sort_bad.json
    query/sort_multi.json
    validation/03_bulk.json
    validation/06_delete.json
    validation/07_after_edit.json
    """.split()
)

# Equal but for identifiers and moments that are made anew, and for fields of a form that Parity does not read.
MADE_ANEW = frozenset(
    """
    13_version_detail_0.json
    13_version_detail_1.json
    20_asset_final.json
    21_versions_final.json
    edit/10_bulk_update.json
    edit/12_bulk_update_blank.json
    edit/20_duplicate.json
    misc/me.json
    perms/01_grant_view_submissions.json
    perms/02_grant_partial.json
    perms/05_asset_as_partial.json
    perms/05_asset_as_viewer.json
    validation/01_patch_single.json
    """.split()
)

# Lists and records read before later edits: the envelope is equal, and each record that did not change since.
EARLIER = frozenset(
    """
    data/page_format-json__limit-2.json
    data/page_limit-1.json
    data/page_limit-50.json
    data/page_limit-50__start-50.json
    data/page_offset-100__limit-50.json
    data/record_backdated_submissionDate.json
    data/record_custom_instanceid.json
    perms/04_data_as_partial.json
    perms/04_data_as_viewer.json
    query/op_elemMatch_attach.json
    query/op_ne.json
    query/op_ne_empty_attach.json
    query/q_exists.json
    query/q_id_gt.json
    query/q_id_in.json
    query/q_validation_uid.json
    query/q_with_limit_start.json
    query/sort_id_desc.json
    query/sort_subtime_desc.json
    query/sort_tenure_lexical.json
    query/unknown_param.json
    validation/02_record_after.json
    validation/05_query_on_hold.json
    """.split()
)

# A page in HTML, although JSON was asked for.
HTML = frozenset(
    """
    errors/404_deleted_asset_data.json
    errors/404_unknown_asset.json
    query/fields_str.json
    query/q_list.json
    query/q_not_regex_invalid.json
    query/sort_list.json
    query/sort_str_value.json
    """.split()
)

# Much more than Parity reads; what is served is equal.
IN_PART = frozenset({"misc/environment.json"})

# Not served: exports, other renderings than JSON, and what Parity has no use for. REST services (`hooks/`) neither.
NOT_SERVED = frozenset(
    """
    data/list_geojson.json
    data/list_xml.json
    edit/01_before_xml.json
    errors/400_export_bad_lang.json
    errors/400_export_missing_fields.json
    errors/406_xml_with_accept_json.json
    errors/500_sync_export_error.json
    errors/503_sync_export_in_progress.json
    errors/sync_export_anon.json
    misc/asset_content.json
    misc/asset_list_q.json
    misc/counts.json
    """.split()
)


@pytest.fixture(scope="module")
def traffic(shared_data):
    return shared_data / "kobo" / "traffic"


@pytest.fixture(scope="module")
def standing(traffic, tmp_path_factory):
    return server(traffic, tmp_path_factory.mktemp("standing"))


@pytest.fixture
def client(request, name, traffic, tmp_path):
    """One server answers all that only ask; what may change something has one of its own."""
    only_asks = recording(traffic, name)["request"]["method"] == "GET"
    return request.getfixturevalue("standing") if only_asks else server(traffic, tmp_path)


def test_every_recording_is_replayed_or_named_as_not_served(traffic):
    recorded = [name for name in names(traffic) if not name.startswith("hooks/")]
    groups = [EXACT, MADE_ANEW, EARLIER, HTML, IN_PART, NOT_SERVED, scenario.RECORDINGS]
    assert sorted(recorded) == sorted(name for group in groups for name in group)


@pytest.mark.parametrize("name", sorted(EXACT))
def test_answer_equals_the_recorded_one(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    expected = entry["response"].get("json")
    assert answer.status_code == entry["response"]["status"]
    assert (answer.text if expected is None else answer.json()) == (
        entry["response"].get("text", "") if expected is None else expected
    )


@pytest.mark.parametrize("name", sorted(IN_PART))
def test_the_part_that_is_served_equals_the_recorded_one(client, traffic, name):
    entry = recording(traffic, name)
    said = replay(client, entry["request"]).json()
    assert said and said == {key: entry["response"]["json"][key] for key in said}


@pytest.mark.parametrize("name", sorted(MADE_ANEW))
def test_answer_equals_the_recorded_one_but_for_what_is_made_anew(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    assert answer.status_code == entry["response"]["status"]
    assert differences(answer.json(), entry["response"]["json"], changing=CHANGING, left_out=LEFT_OUT) == []


@pytest.mark.parametrize("name", sorted(EARLIER))
def test_answer_has_the_recorded_envelope_and_its_unchanged_records(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    got, expected = answer.json(), entry["response"]["json"]
    assert answer.status_code == entry["response"]["status"]
    assert got.keys() == expected.keys() or "results" not in expected
    before = {record["_id"]: record for record in expected.get("results", [])}
    unchanged = [
        (record, same)
        for record in got.get("results", [])
        if (same := before.get(record["_id"]))
        and (same.get("_uuid"), same["_validation_status"]) == (record["_uuid"], record["_validation_status"])
    ]
    assert [record for record, _ in unchanged] == [same for _, same in unchanged]


@pytest.mark.parametrize("name", sorted(HTML))
def test_a_form_that_is_not_there_and_a_fault_are_pages_in_html(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    assert answer.status_code == entry["response"]["status"]
    assert answer.headers["content-type"] == entry["response"]["headers"]["Content-Type"]
    assert "<!doctype html>" in entry["response"]["text"] and "<!doctype html>" in answer.text
