"""People are HMAC(agency key, normalised id): stable within an agency, unlinkable between agencies, useless without the key."""

from __future__ import annotations

import hashlib
import hmac
import re

from ingestion.hr.dates import plain_digits


class Pseudonyms:
    """Pseudonyms of one agency's people; `master` is the instance's secret, from which the agency's key is derived."""

    def __init__(self, master: bytes, agency_code: str) -> None:
        self._key = hmac.new(master, agency_code.encode(), hashlib.sha256).digest()
        self._known: dict[str, str] = {}

    def of(self, person_id: str) -> str:
        """64 hex digits for an id. Raises ValueError where the id has lost its precision or is empty."""
        if person_id not in self._known:
            normal = normalise(person_id)
            self._known[person_id] = hmac.new(self._key, normal.encode(), hashlib.sha256).hexdigest()
        return self._known[person_id]


def normalise(person_id: str) -> str:
    """Digits of any script as 0-9, no blanks or dashes, letters in upper case; `123456.0` is the number 123456."""
    plain = plain_digits(person_id).strip().upper()
    text = re.sub(r"[\s\-.]", "", re.sub(r"^(\d+)\.0$", r"\1", plain))
    if not text:
        raise ValueError("empty")
    if re.fullmatch(r"\d(\.\d+)?E\+?\d{1,2}", plain):
        raise ValueError("a number whose digits were lost (1.23E+17): store ids as text")
    return text
