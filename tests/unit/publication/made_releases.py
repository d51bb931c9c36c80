"""For tests: releases with everything recorded that their figures were made from, and what differs between two of them."""

from __future__ import annotations

import dataclasses
import datetime as dt

from publication.cell import NUMBERS
from publication.diff import change, differences, figure
from publication.made_from import CELLS_CODE, POLICY, THRESHOLDS, MadeFrom, MadeOf, Model, Pair
from publication.reasons import Reasons
from publication.versions import MadeWith

END_OF_2025 = ("tha_pol", dt.date(2025, 12, 31), 0, "year")
END_OF_2024 = ("tha_pol", dt.date(2024, 12, 31), 0, "year")
RANK, ENTRY = "raw.catalogue_rank", "raw.catalogue_indicator"

SHARE, SURVEY_CELL = "model.parity.ind_hr__women_share", "model.parity.ind_survey__cell"
SHARES = [(code, "none", "year") for code in ("REP-01", "PRO-01", "PRO-03", "DEP-03")]
SHARE_MODEL = Model(frozenset({SHARE}), frozenset({"raw.hr_staff", RANK}))
ASKED = Model(frozenset({SURVEY_CELL}), frozenset({"raw.kobo_answer", ENTRY}))


def cell(women=20.0, **changes):
    numbers = dict.fromkeys(NUMBERS) | {"numerator": women, "denominator": 100.0, "n": 100, "estimate": women}
    made = {
        "indicator_code": "REP-01",
        "indicator_name": "Women's share",
        "unit": "pct",
        "direction": "up",
        "source": "hr",
        "country_code": "THA",
        "agency_code": "THA-POL",
        "agency_type": "police",
        "gender": "all",
        "grade_band": "all",
        "breakdown": "none",
        "breakdown_value": "all",
        "period": "year",
        "period_year": 2025,
        "provenance": "synthetic",
        "is_suppressed": False,
        "status": "rounded",
        **numbers,
    } | changes
    key = ("indicator_code", "agency_code", "gender", "grade_band", "breakdown_value", "period", "period_year")
    return {"cell_id": "/".join(str(made[name]) for name in key)} | made


def suppressed(**changes):
    return cell(is_suppressed=True, status="suppressed", **dict.fromkeys(NUMBERS)) | changes


def made(number=1, *cells, exact=None, made_in=None, forms=(), **changes):
    """A release with everything recorded: of the figures of `cells`, hashes that follow from their numbers, or `exact`."""
    parts = {(RANK, "tha_pol"): "r", (RANK, "idn_imm"): "r", (ENTRY, "REP-01"): "e", (ENTRY, "PRO-01"): "e"}
    parts |= {("raw.ref_population", "THA"): "p", (POLICY, "REP-01"): "c", (POLICY, THRESHOLDS): "t", (CELLS_CODE, ""): "k"}
    parts |= {(SHARE, ""): "m", (SURVEY_CELL, ""): "m"}
    parts |= changes.pop("parts", {})
    whole = {
        (source, ""): " ".join(f"{key} {state}" for key, state in sorted(parts.items()) if key[0] == source)
        for source, _ in parts
    }
    figures = {
        each["cell_id"]: MadeOf(frozenset({exact or str(each["numerator"])}), made_in or number, frozenset(forms))
        for each in cells
    }
    return dataclasses.replace(
        MadeFrom(
            number,
            "1",
            MadeWith("0.1", f"code of {number}", f"policy of {number}", {}),
            {key: frozenset({state}) for key, state in (parts | whole).items()},
            {RANK: "contract", ENTRY: "indicator", "raw.ref_population": "country", POLICY: "indicator", CELLS_CODE: ""},
            dict.fromkeys(SHARES, SHARE_MODEL) | {("CUL-01", "none", "year"): ASKED, ("LDR-01", "none", "year"): ASKED},
            figures,
            {"THA-POL": {END_OF_2024: frozenset({"l"}), END_OF_2025: frozenset({"l"})}},
            has_lists=True,
        ),
        **changes,
    )


def both(*changes):
    """Several such changes at once."""
    parts = {key: state for each in changes for key, state in each.get("parts", {}).items()}
    return {name: value for each in changes for name, value in each.items()} | {"parts": parts}


OTHER_LIST = {"lists": {"THA-POL": {END_OF_2024: frozenset({"l"}), END_OF_2025: frozenset({"another"})}}}
OTHER_RANKS = {"parts": {(RANK, "tha_pol"): "another"}}
OTHER_MODEL = {"parts": {(SHARE, ""): "another"}}
OTHER_PYTHON = {"parts": {(CELLS_CODE, ""): "another"}}
OTHER_POLICY = {"parts": {(POLICY, THRESHOLDS): "another"}}


def changes(before, after, old=None, new=None, **given):
    """Releases 1 and 2 with these cells; `old` and `new` say what each is made from."""
    figures = tuple([figure(each) for each in side] for side in (before, after))
    pair = Pair(old or made(1, *before), new or made(2, *after))
    reasons = Reasons(figures, pair, **given)
    return [change(each, reasons.why(each)) for each in differences(*figures)]


def reasons(before, after, old=None, new=None, **given):
    return [[str(reason) for reason in each.why.reasons] for each in changes(before, after, old, new, **given)]


BEFORE, AFTER = [cell(20.0)], [cell(30.0)]
