"""A contract of staff files that cannot be read is set aside with its reason, and stops no other."""

import pytest

from parity.catalogue import load_catalogue
from tests.unit.catalogue.edited import edit, faults

BROKEN = {
    "an unknown agency": "agency: THA-POLL",
    "no YAML": "ranks: [unclosed",
    "an impossible day": "extract_date: 2026-02-30",
    "an alias of itself": "ranks: &a [*a]",
    "a day that no calendar has, and an alias of itself": "extract_date: 2026-02-30\nranks: &a [*a]",
    "another name than its file": "name: other",
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=list(BROKEN))
def test_a_faulty_contract_of_staff_files_is_set_aside_and_all_others_load(folder, line):
    path = folder / "sources" / "hr" / "phl_pnp.yml"
    path.write_text(f"{line}\n", encoding="utf-8")
    catalogue = load_catalogue(folder)
    assert {*catalogue.set_aside} == {"phl_pnp"} and "tha_pol" in catalogue.hr and "phl_pnp" not in catalogue.hr
    [said] = catalogue.set_aside_lines()
    assert "\n" not in said and said.startswith("The contract phl_pnp is set aside, and its files wait: ")
    assert f"{path}:" in said and "Correct it, or take phl_pnp.yml away" in said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"just words", b"[" * 5000])
def test_what_is_no_contract_at_all_is_set_aside_too(folder, content):
    (folder / "sources" / "hr" / "phl_pnp.yml").write_bytes(content)
    assert {*load_catalogue(folder).set_aside} == {"phl_pnp"}


def test_a_folder_with_the_name_of_a_contract_is_set_aside_too(folder):
    (folder / "sources" / "hr" / "phl_pnp.yml").mkdir()
    assert {*load_catalogue(folder).set_aside} == {"phl_pnp"}


def test_a_faulty_contract_beside_a_fault_of_the_catalogue_does_not_hide_it(folder):
    (folder / "sources" / "hr" / "phl_pnp.yml").write_text("name: [", encoding="utf-8")
    edit(folder / "grades.yml", "band: middle", "band: midle")
    assert any("Did you mean 'middle'?" in fault for fault in faults(folder))


def test_a_draft_waits_and_is_no_part_of_what_the_warehouse_is_built_by(folder):
    path = folder / "sources" / "hr" / "vnm_cus.yml"
    path.write_text(path.read_text(encoding="utf-8") + "needs_review: true\n", encoding="utf-8")
    catalogue = load_catalogue(folder)
    assert catalogue.waiting == ["vnm_cus"] and "vnm_cus" in catalogue.hr
    assert "vnm_cus" not in {contract.name for contract in catalogue.reviewed}
