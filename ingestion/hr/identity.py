"""People are HMAC(agency key, normalised id): stable within an agency, unlinkable between agencies, useless without the key."""

from __future__ import annotations

import hashlib
import hmac
import re

from ingestion.hr.cells import plain
from ingestion.hr.dates import plain_digits


def pseudonym(key: bytes, cell: str) -> str:
    """32 hex digits for an id (HMAC-SHA-256-128, as in RFC 4868). Raises ValueError where the id has lost its precision or is empty."""
    return hmac.digest(key, normalise(cell).encode(), hashlib.sha256)[:16].hex()


def normalise(person_id: str) -> str:
    """Digits of any script as 0-9, no blanks or dashes, letters in upper case; `123456.0` is the number 123456."""
    if person_id.isdecimal() and person_id.isascii():
        return person_id
    text = plain_digits(plain(person_id)).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d{1,2}", text):
        raise ValueError("unusable identifier: a number whose digits were lost (1.23E+17): store ids as text")
    text = re.sub(r"[\s\-.]", "", re.sub(r"^(\d+)\.0$", r"\1", text))
    if not text or set(text) <= {"*", "X"} or text.startswith("("):
        raise ValueError("unusable identifier: empty or blacked out")
    return text


def sex_by_nip(cell: str) -> str | None:
    """What digit 15 of an Indonesian civil servant's number says, as a cross-check of the column of sex and never in its place."""
    text = normalise(cell)
    return {"1": "man", "2": "woman"}.get(text[14]) if len(text) == 18 and text.isdecimal() else None
