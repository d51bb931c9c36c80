"""Codes in a contract against those that the form offers. They are compared letter by letter, as the server does.

A code that only looks like one of the form (another apostrophe, dash or blank, capitals, letters put together of two signs) would map
nothing and tell nobody, so it is a fault that names both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from parity.catalogue import KoboContract

LOOKS = str.maketrans(
    dict.fromkeys("‘’‚‛ʼʹ′´`＇", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None)
)


def misspelt(contract: KoboContract, offered: Mapping[str, Iterable[str]]) -> list[str]:
    """Codes of the contract that no question offers but that one looks like, each with that one. `offered`: codes by field."""
    said = [(f"value_maps of {field}", field, tuple(codes)) for field, codes in contract.value_maps.items()]
    if contract.consent is not None:
        said.append(("consent", contract.consent.field, (contract.consent.value,)))
    faults = []
    for where, field, codes in said:
        known = set(offered.get(field, ()))
        alike = {_look(code): code for code in sorted(known) if code not in codes}
        faults += [
            f"{where} has {_spelt(code)}, the form offers {_spelt(alike[_look(code)])}"
            for code in codes
            if code not in known and _look(code) in alike
        ]
    return faults


def idle(contract: KoboContract, offered: Mapping[str, Iterable[str]]) -> list[str]:
    """Codes of value_maps that no version of the form offers. `offered`: codes by field that has a list of choices."""
    return [
        f"value_maps of {field} has {_spelt(code)}, which no version of the form offers"
        for field, codes in contract.value_maps.items()
        if field in offered
        for code in codes
        if code not in set(offered[field])
    ]


def _look(code: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).translate(LOOKS)).casefold().split())


def _spelt(code: str) -> str:
    """The code, and by number what a reader could not tell apart."""
    numbered = [f"U+{ord(sign):04X}" for sign in dict.fromkeys(code) if not (sign.isascii() and sign.isalnum())]
    return f"'{code}' ({' '.join(numbered)})" if numbered else f"'{code}'"
