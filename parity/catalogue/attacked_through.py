"""Every figure of staff is known to the attack on a release, or it is said why it need not be: one that is forgotten would not be attacked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from parity.catalogue.errors import line_of, nearest
from parity.catalogue.indicators import Indicator

KNOWN_BY = (
    "counts",
    "compared",
    "indices",
    "ratios",
    "projections",
)  # the parts of disclosure.yml through which the attack knows a figure
NAMING = (*KNOWN_BY, "not_attacked")
OF_STAFF = ("hr", "hr+external", "external+hr", "pipeline")


def forgotten(path: Path, named: Mapping[str, Iterable[str]], indicators: Iterable[Indicator]) -> list[str]:
    """The faults, with file, line, field and remedy. `named`: the indicators that each part of the file names."""
    indicators = list(indicators)
    known = {indicator.id for indicator in indicators}
    attacked = {code for part in KNOWN_BY for code in named[part]}
    excused = set(named["not_attacked"])
    strays = {code for part in NAMING for code in named[part]} - known
    faults = [
        f"{path}:{line_of(path, (part, code))}: {part}: '{code}' is no indicator of indicators.yml.{nearest(code, sorted(known))}"
        for part in NAMING
        for code in named[part]
        if code not in known
    ]
    faults += [
        f"{path}:{line_of(path, ('counts',))}: counts: nothing says of whom {indicator.id} ({indicator.name}) counts, so no release would be attacked"
        f" through it. Name it in {', '.join(KNOWN_BY)}, or in not_attacked with the reason.{nearest(indicator.id, sorted(strays))}"
        for indicator in indicators
        if indicator.source in OF_STAFF and indicator.id not in attacked | excused
    ]
    faults += [
        f"{path}:{line_of(path, ('not_attacked', code))}: not_attacked: '{code}' stands among what is attacked as well. Take it out of one."
        for code in sorted(attacked & excused)
    ]
    return faults
