"""A measured value and the bound or the peer that it is compared with."""

from __future__ import annotations

from typing import Literal, TypedDict


class Figure(TypedDict):
    """A row of the table and of latest.json. `ratio` is value / reference; `bound` says what it must be, empty where nothing."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    bound: str
    holds: bool


def figure(
    name: str, value: float, unit: str, reference: float, bound: float = 1, sense: Literal["at most", "at least"] = "at most"
) -> Figure:
    """A value against a reference: a limit, or what a peer reached in the same run."""
    ratio = value / reference
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "reference": round(reference, 3),
        "ratio": round(ratio, 3),
        "bound": f"{sense} {bound:g}",
        "holds": ratio <= bound if sense == "at most" else ratio >= bound,
    }


def shown(name: str, value: float, unit: str) -> Figure:
    """A value without a bound."""
    return {"name": name, "value": round(value, 3), "unit": unit, "reference": None, "ratio": None, "bound": "", "holds": True}


def compared(name: str, value: float, unit: str, reference: float) -> Figure:
    """A value and what a peer reached in the same run, without a bound."""
    return shown(name, value, unit) | {"reference": round(reference, 3), "ratio": round(value / reference, 3)}
