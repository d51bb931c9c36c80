"""The rows of a published table as they are loaded: numbered, and with one name for each spelling."""

from __future__ import annotations

from ingestion.reference import numbered_rows
from parity.catalogue import ReferenceContract

CONTRACT = ReferenceContract(
    name="t",
    table="ref_victim",
    file_pattern="*.csv",
    source="UN",
    columns={"Country": "iso3", "Category": "category"},
    names={"category": {"Burmese": "Myanmar", "Unknown": ""}},
)


def test_numbered_rows__one_name_for_each_spelling_of_a_column() -> None:
    body = b"Country,Category,Other\nTHA,Burmese,1\nBurmese,Viet Nam,2\nMMR,,3\nMMR,Unknown,4\n"
    assert numbered_rows(body, "t.csv", CONTRACT) == [
        (2, ("THA", "Myanmar")),
        (3, ("Burmese", "Viet Nam")),
        (4, ("MMR", None)),
        (5, ("MMR", None)),
    ]
