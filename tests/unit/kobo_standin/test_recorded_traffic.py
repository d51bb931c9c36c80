"""Replays the recorded requests of a real KoboToolbox server against the stand-in and compares the answers.

The stand-in holds the recorded form in its final state, so a recording made earlier in the scenario is compared by status and shape only.
Every recording stands in one of the three lists below: what is not served yet is named, not passed over.
"""

import pytest

from tests.unit.kobo_standin.recordings import names, recording, replay, server, shape

# Status and body are equal, value for value.
EXACT = frozenset(
    """
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
    edit/03_after_openrosa_edit.json
    edit/13_after_second_bulk_update.json
    errors/301_no_trailing_slash.json
    errors/400_bulk_delete_invalid_ids.json
    errors/401_bad_token.json
    errors/401_bearer_wrong_scheme.json
    errors/401_or_404_anon_data.json
    errors/404_bad_submission_id.json
    errors/404_delete_again.json
    errors/404_deleted_asset.json
    errors/404_deleted_submission.json
    errors/404_unknown_submission.json
    errors/anon_asset.json
    errors/anon_asset_list.json
    errors/anon_me.json
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
    validation/06_delete.json
    validation/07_after_edit.json
    """.split()
)

# The status is equal; the body differs by state, by the order of a link's parameters, or by fields that the stand-in does not keep.
STATUS = frozenset(
    """
    03_asset_undeployed.json
    05_asset_deployed_v1.json
    08_versions_before_v2.json
    10_asset_v2_undeployed_draft.json
    11_redeploy_v2.json
    12_asset_deployed_v2.json
    13_version_detail_0.json
    13_version_detail_1.json
    13_versions_after_v2.json
    20_asset_final.json
    21_versions_final.json
    data/page_format-json__limit-2.json
    data/page_limit-1.json
    data/page_limit-50.json
    data/page_limit-50__start-50.json
    data/page_offset-100__limit-50.json
    data/record_backdated_submissionDate.json
    data/record_custom_instanceid.json
    edit/01_before.json
    edit/10_bulk_update.json
    edit/11_after_bulk_update.json
    edit/12_bulk_update_blank.json
    errors/401_empty_token.json
    errors/401_or_404_attachment_anon.json
    errors/404_deleted_asset_data.json
    errors/404_unknown_asset.json
    errors/405_post_data.json
    errors/attachment_deleted_download.json
    errors/bulk_update_empty.json
    errors/bulk_update_unknown_ids.json
    errors/hooks_as_partial.json
    errors/hooks_as_viewer.json
    errors/sync_export_anon.json
    errors/validation_status_bad.json
    history/02_deletes.json
    history/03_modify.json
    misc/archive.json
    misc/asset_archived.json
    misc/asset_list.json
    misc/asset_list_q.json
    misc/me.json
    query/fields_str.json
    query/op_elemMatch_attach.json
    query/op_ne.json
    query/op_ne_empty_attach.json
    query/q_exists.json
    query/q_id_gt.json
    query/q_id_in.json
    query/q_list.json
    query/q_not_regex_invalid.json
    query/q_validation_uid.json
    query/q_with_limit_start.json
    query/sort_id_desc.json
    query/sort_list.json
    query/sort_multi.json
    query/sort_str_value.json
    query/sort_subtime_desc.json
    query/sort_tenure_lexical.json
    query/unknown_param.json
    validation/01_patch_single.json
    validation/02_record_after.json
    validation/05_query_on_hold.json
    """.split()
)

# Not served yet; the folders first, then single requests.
NOT_SERVED_FOLDERS = {
    "attach/": "attachments and OpenRosa submission",
    "hooks/": "REST services",
    "perms/": "accounts other than the owner",
}
NOT_SERVED = frozenset(
    """
    01_import_create.json
    02_import_status.json
    04_deploy.json
    07_submission_created.json
    07_submission_created_attachments.json
    09_import_v2_create.json
    09_import_v2_status.json
    data/list_geojson.json
    data/list_xml.json
    delete/01_single.json
    delete/02_bulk.json
    edit/01_before_xml.json
    edit/02_openrosa_edit_response.json
    edit/04_duplicate_edit_response.json
    edit/05_stale_deprecatedid.json
    edit/06_unknown_deprecatedid.json
    edit/07_conflict_same_uuid.json
    edit/08_conflict_unedited_uuid.json
    edit/09_exact_duplicate.json
    edit/20_duplicate.json
    errors/400_export_bad_lang.json
    errors/400_export_missing_fields.json
    errors/400_grant_unknown_user.json
    errors/400_or_404_data_of_undeployed.json
    errors/401_basic_wrong.json
    errors/403_delete_as_partial.json
    errors/403_delete_as_viewer.json
    errors/403_password_restricted.json
    errors/403_validate_as_partial.json
    errors/403_validate_as_viewer.json
    errors/403_view_asset_only_data.json
    errors/404_format_csv.json
    errors/404_stranger_asset.json
    errors/404_stranger_data.json
    errors/405_deploy_twice.json
    errors/406_accept_csv.json
    errors/406_xml_with_accept_json.json
    errors/500_sync_export_error.json
    errors/503_sync_export_in_progress.json
    errors/history_as_partial.json
    errors/history_as_viewer.json
    errors/redeploy_bad_version.json
    errors/undeployed_data_json.json
    errors/versions_deployed_lowercase.json
    history/04_actions.json
    misc/asset_content.json
    misc/counts.json
    misc/environment.json
    validation/03_bulk.json
    validation/04_bulk_query.json
    """.split()
)


@pytest.fixture(scope="module")
def traffic(shared_data):
    return shared_data / "kobo" / "traffic"


@pytest.fixture
def client(traffic, tmp_path):
    return server(traffic, tmp_path)


def test_every_recording_is_replayed_or_named_as_not_served(traffic):
    folders = tuple(NOT_SERVED_FOLDERS)
    recorded = {name for name in names(traffic) if not name.startswith(folders)}
    assert recorded == EXACT | STATUS | NOT_SERVED
    assert len(EXACT) + len(STATUS) + len(NOT_SERVED) == len(recorded)


@pytest.mark.parametrize("name", sorted(EXACT))
def test_answer_equals_the_recorded_one(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    assert answer.status_code == entry["response"]["status"]
    expected = entry["response"].get("json")
    assert (answer.json() if expected is not None else answer.text) == (
        expected if expected is not None else entry["response"].get("text")
    )


@pytest.mark.parametrize("name", sorted(STATUS))
def test_status_equals_the_recorded_one_and_lists_have_its_envelope(client, traffic, name):
    entry = recording(traffic, name)
    answer = replay(client, entry["request"])
    assert answer.status_code == entry["response"]["status"]
    expected = entry["response"].get("json")
    if isinstance(expected, dict) and "results" in expected and "/data" in entry["request"]["url"] and "next" in expected:
        got = answer.json()
        assert set(got) == set(expected)
        recorded = {record["_id"]: record for record in expected["results"]}
        for record in got["results"]:
            same = recorded.get(record["_id"])
            if same and same.get("_uuid") == record["_uuid"] and same["_validation_status"] == record["_validation_status"]:
                assert {k: v for k, v in record.items() if k != "_attachments"} == {
                    k: v for k, v in same.items() if k != "_attachments"
                }


def test_shape_tells_types_and_keeps_keys():
    assert shape({"a": [1, 2], "b": None}) == {"a": ["int"], "b": "NoneType"}
