"""What the contracts of staff files say: ranks, units, codes, dates and promises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from ingestion.catalogue_tables.table import Table
from parity.catalogue import Catalogue, HrContract
from parity.catalogue.vocabulary import Grade


def _units(catalogue: Catalogue) -> Iterator[tuple]:
    """The first pattern of a contract that fits a unit's name decides, so each carries its number."""
    for contract in catalogue.reviewed:
        for agency in contract.agencies:
            for number, unit in enumerate(contract.units):
                yield contract, agency, number, unit


def _codes(catalogue: Catalogue) -> Iterator[tuple[HrContract, str, str, object]]:
    for contract in catalogue.reviewed:
        for kind, codes in (
            ("function", contract.functions),
            ("sworn", contract.sworn_codes),
            ("active", contract.active_codes),
            ("event", contract.event_codes),
            ("course", contract.course_codes),
            ("complaint", contract.complaint_codes),
        ):
            for code, value in codes.items():
                yield contract, kind, code, value


def _hash(contract: HrContract, grades: Sequence[Grade]) -> str:
    """Changes whenever the contract or a band of grades does: what was built under another one is built again."""
    said = contract.model_dump_json() + "".join(grade.model_dump_json() for grade in grades)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


STAFF = (
    Table(
        "rank",
        lambda catalogue: ((contract, rank) for contract in catalogue.reviewed for rank in contract.ranks),
        {
            "contract": lambda contract, _: contract.name,
            "agency_code": lambda contract, _: contract.agency,
            "rank_name": lambda _, rank: rank.name,
            "grade": lambda _, rank: rank.grade,
            "is_acting": lambda _, rank: rank.acting,
            "valid_from": lambda _, rank: rank.valid_from,
            "valid_to": lambda _, rank: rank.valid_to,
        },
    ),
    Table(
        "unit",
        _units,
        {
            "contract": lambda contract, *_: contract.name,
            "agency_code": lambda _, agency, *__: agency,
            "place": lambda _, __, number, ___: number,
            "name_like": lambda *parts: parts[-1].like,
            "post_type": lambda *parts: parts[-1].post,
            "is_counter_trafficking": lambda *parts: parts[-1].counter_trafficking,
            "valid_from": lambda *parts: parts[-1].valid_from,
            "valid_to": lambda *parts: parts[-1].valid_to,
        },
    ),
    Table(
        "sex_code",
        lambda catalogue: ((contract, *each) for contract in catalogue.reviewed for each in contract.sex_codes.items()),
        {
            "contract": lambda contract, *_: contract.name,
            "code": lambda _, code, __: code,
            "gender": lambda *parts: parts[-1],
        },
    ),
    Table(
        "hr_code",
        _codes,
        {
            "contract": lambda contract, *_: contract.name,
            "kind": lambda _, kind, *__: kind,
            "code": lambda _, __, code, ___: code,
            "value": lambda *parts: parts[-1],
        },
    ),
    Table(
        "hr_contract",
        lambda catalogue: ((contract, catalogue.grades) for contract in catalogue.reviewed),
        {
            "contract": lambda contract, _: contract.name,
            "agency_code": lambda contract, _: contract.agency,
            "grain": lambda contract, _: contract.grain,
            "date_precision": lambda contract, _: contract.date_precision,
            "observed_from": lambda contract, _: contract.observed_from,
            "observed_to": lambda contract, _: contract.observed_to,
            "extract_date": lambda contract, _: contract.extract_date,
            "leavers": lambda contract, _: contract.leavers,
            "mapping_hash": _hash,
            "period_grain": lambda contract, _: contract.period.grain,
            "due_days": lambda contract, _: contract.due_days,
        },
    ),
    Table(
        "hr_promise",
        lambda catalogue: ((contract, field) for contract in catalogue.reviewed for field in contract.promised),
        {
            "contract": lambda contract, _: contract.name,
            "field": lambda _, field: field,
        },
    ),
)
