"""Reference data into raw: the catalogue's own tables, and international tables; each replaced whole in one transaction."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ingestion.hr.errors import FileRefused
from ingestion.landing import Landing, record
from ingestion.warehouse import copy_rows
from parity.catalogue import Catalogue, HrContract, ReferenceContract
from parity.catalogue.models import Grade
from parity.migrate import require_migrated


def load_reference(connection: psycopg.Connection, landing: Landing, contract: ReferenceContract, path: Path) -> int:
    """Replace the contract's table by the file's rows; returns how many. Raises FileRefused."""
    path = Path(path)
    body = path.read_bytes()
    require_migrated(connection)
    record(connection, landing.put(f"reference/{contract.name}", path.name, body))
    connection.commit()
    rows = reference_rows(body, path.name, contract)
    try:
        with connection.transaction():
            return _replace(connection, contract.table, tuple(contract.columns.values()), rows)
    except psycopg.DataError as error:
        raise FileRefused(
            path.name,
            f"a value does not fit its column: {error.diag.message_primary} ({error.diag.context})",
            "Send the table as published.",
        ) from None


def reference_rows(body: bytes, file: str, contract: ReferenceContract) -> list[tuple[str | None, ...]]:
    """The contract's columns of each row of a published table. Raises FileRefused."""
    try:
        reader = csv.DictReader(io.StringIO(body.decode(contract.encoding).removeprefix("\ufeff"), newline=""), strict=True)
        missing = contract.columns.keys() - set(reader.fieldnames or ())
        if missing:
            raise FileRefused(
                file,
                f"columns missing: {', '.join(sorted(missing))}",
                f"Send the table as published, or correct `columns` in {contract.name}.yml.",
                row=1,
            )
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise FileRefused(
                    file, "a row has more or fewer cells than the header", "Send the table as published.", row=reader.line_num
                )
            rows.append(tuple(row[column] or None for column in contract.columns))
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused(file, f"not readable as CSV in {contract.encoding}", "Save it as such, as published.") from None
    if not rows:
        raise FileRefused(file, "holds no row, and would empty the table", "Send the table as published.")
    return rows


def _replace(connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    connection.execute(sql.SQL("delete from raw.{}").format(sql.Identifier(table)))
    return copy_rows(connection, f"raw.{table}", columns, rows)


def load_catalogue(connection: psycopg.Connection, catalogue: Catalogue) -> int:
    """Replace the raw.catalogue_* tables; returns how many rows they hold."""
    require_migrated(connection)
    with connection.transaction():
        return sum(
            _replace(connection, f"catalogue_{name}", columns, rows)
            for name, (columns, rows) in catalogue_tables(catalogue).items()
        )


def _hash(contract: HrContract, grades: Sequence[Grade]) -> str:
    """Changes whenever the contract or a band of grades does: what was built under another one is built again."""
    said = contract.model_dump_json() + "".join(grade.model_dump_json() for grade in grades)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def catalogue_tables(catalogue: Catalogue) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    """Each raw.catalogue_* table's columns and rows."""
    hr, kobo = catalogue.hr.values(), catalogue.kobo.values()
    surveys, fact_finding = ([c for c in kobo if c.kind == kind] for kind in ("respondents", "fact_finding"))
    items = {item for indicator in catalogue.indicators if indicator.source == "survey" for item in indicator.items}
    items |= {indicator.opt_in.item for indicator in catalogue.indicators if indicator.opt_in}
    limits = catalogue.fieldwork.model_dump()
    return {
        "fieldwork": (tuple(limits), [tuple(limits.values())]),
        "country": (("country_code", "name", "asean_since"), [(c.code, c.name, c.asean_since) for c in catalogue.countries]),
        "agency": (
            ("agency_code", "name", "country_code", "agency_type", "provenance", "valid_from", "valid_to"),
            [(a.code, a.name, a.country, a.type, a.provenance, a.valid_from, a.valid_to) for a in catalogue.agencies],
        ),
        "gender": (("gender", "label", "sort_order"), [(g.gender, g.label, n) for n, g in enumerate(catalogue.genders)]),
        "grade": (("grade", "grade_band", "label"), [(g.grade, g.band, g.label) for g in catalogue.grades]),
        "function": (("function_code", "label"), [(f.code, f.label) for f in catalogue.functions]),
        "rank": (
            ("contract", "agency_code", "rank_name", "grade", "is_acting", "valid_from", "valid_to"),
            [(c.name, c.agency, r.name, r.grade, r.acting, r.valid_from, r.valid_to) for c in hr for r in c.ranks],
        ),
        "unit": (
            ("contract", "agency_code", "place", "name_like", "post_type", "is_counter_trafficking", "valid_from", "valid_to"),
            [
                (c.name, agency, place, u.like, u.post, u.counter_trafficking, u.valid_from, u.valid_to)
                for c in hr
                for agency in c.agencies
                for place, u in enumerate(c.units)
            ],
        ),
        "sex_code": (
            ("contract", "code", "gender"),
            [(c.name, code, gender) for c in hr for code, gender in c.sex_codes.items()],
        ),
        "hr_code": (
            ("contract", "kind", "code", "value"),
            [
                (c.name, kind, code, value)
                for c in hr
                for kind, codes in (
                    ("function", c.functions),
                    ("sworn", c.sworn_codes),
                    ("active", c.active_codes),
                    ("event", c.event_codes),
                    ("course", c.course_codes),
                    ("complaint", c.complaint_codes),
                )
                for code, value in codes.items()
            ],
        ),
        "hr_contract": (
            (
                *(
                    "contract",
                    "agency_code",
                    "grain",
                    "date_precision",
                    "observed_from",
                    "observed_to",
                    "extract_date",
                    "leavers",
                ),
                "mapping_hash",
                "period_grain",
                "due_days",
            ),
            [
                (
                    *(c.name, c.agency, c.grain, c.date_precision, c.observed_from, c.observed_to, c.extract_date, c.leavers),
                    *(_hash(c, catalogue.grades), c.period.grain, c.due_days),
                )
                for c in hr
            ],
        ),
        "hr_promise": (("contract", "field"), [(c.name, field) for c in hr for field in c.promised]),
        "indicator": (
            (
                "indicator_code",
                "name",
                "domain_no",
                "domain_name",
                "source",
                "unit",
                "direction",
                "target_text",
                "reference",
                "numerator_text",
                "denominator_text",
                "catalogue_version",
                "tier",
                "formula_text",
                "statistic",
                "goalpost_worst",
                "goalpost_best",
                "needs_text",
                "score",
                "answered_at_least",
                "is_sensitive",
                "reference_kind",
            ),
            [
                (
                    i.id,
                    i.name,
                    i.domain,
                    catalogue.domains[i.domain],
                    i.source,
                    i.unit,
                    i.dir,
                    i.target,
                    i.ref,
                    i.num,
                    i.den,
                    catalogue.version,
                    i.tier,
                    i.formula,
                    i.statistic,
                    *(i.goalposts or (None, None)),
                    i.needs,
                    i.score,
                    i.answered_at_least,
                    i.sensitive,
                    i.reference_value,
                )
                for i in catalogue.indicators
            ],
        ),
        "scenario": (
            (
                *("scenario", "label", "sort_order", "hires_factor", "women_share_of_hires", "women_separation_factor"),
                *("men_separation_factor", "women_leave"),
            ),
            [
                (
                    s.name,
                    s.label,
                    n,
                    s.hires_factor,
                    s.women_share_of_hires,
                    s.women_separation_factor,
                    s.men_separation_factor,
                    s.women_leave,
                )
                for n, s in enumerate(catalogue.road_map.scenarios)
            ],
        ),
        "target": (
            ("target", "indicator_code", "agency_code", "country_code", "target_value", "due_year", "source_text"),
            [(t.name, t.indicator, t.agency or "all", t.country, t.value, t.due, t.source) for t in catalogue.road_map.targets],
        ),
        "indicator_item": (
            ("indicator_code", "item", "is_reversed"),
            [(i.id, item, item in i.reversed) for i in catalogue.indicators for item in i.items],
        ),
        "indicator_answer": (
            ("indicator_code", "item", "answer", "worth"),
            [
                (i.id, item, answer, worth)
                for i in catalogue.indicators
                for item in i.items
                for answer, worth in i.worth(item).items()
            ],
        ),
        "indicator_condition": (
            ("indicator_code", "item", "answer", "among_indicator"),
            [(i.id, c.item, c.answer, c.indicator) for i in catalogue.indicators for c in catalogue.conditions(i)],
        ),
        "indicator_breakdown": (
            ("indicator_code", "breakdown", "answer", "needs_text", "is_lacking"),
            [
                (i.id, name, catalogue.breakdowns[name].answer if i.source == "survey" else None, needs, name in i.lacks)
                for i in catalogue.indicators
                for name, needs in {**{name: catalogue.breakdowns[name].needs for name in i.disagg}, **i.lacks}.items()
            ],
        ),
        "survey_item": (
            ("item", "text_en"),
            [(item, text) for item, text in catalogue.survey_items.items() if item in items],
        ),
        "survey_contract": (
            ("form", "weight_kind", "period_year", "poststratify", "reference_date"),
            [(c.name, c.weight.kind, c.period_year, c.weight.poststratify, c.weight.reference_date) for c in surveys],
        ),
        "survey_wave": (
            ("form", "wave", "first_day", "last_day", "period_year"),
            [(c.name, w.name, w.first_day, w.last_day, w.period_year) for c in surveys for w in c.waves],
        ),
        "survey_total": (
            ("form", "agency_code", "gender", "grade_band", "n_population"),
            [(c.name, t.agency, t.gender, t.grade_band, t.n) for c in surveys for t in c.weight.totals],
        ),
        "survey_margin": (
            ("form", "agency_code", "margin", "category", "n_population"),
            [(c.name, m.agency, m.kind, m.gender or m.grade_band, m.n) for c in surveys for m in c.weight.margins],
        ),
        "survey_frame": (
            ("form", "agency_code", "n_population"),
            [(c.name, agency, n) for c in surveys for agency, n in (c.weight.frame or {}).items()],
        ),
        "fact_item": (
            ("form", "item", "subject", "text_en"),
            [
                (c.name, item, subject, catalogue.survey_items.get(item))
                for c in fact_finding
                for item, subject in c.subjects.items()
            ],
        ),
    }
