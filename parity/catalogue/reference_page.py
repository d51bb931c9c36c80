"""docs/indicators.md, made from the catalogue: `parity indicators --markdown > docs/indicators.md`."""

from __future__ import annotations

from parity.catalogue.models import Catalogue, Indicator

SOURCES = {
    "hr": "staff files",
    "survey": "the questionnaire",
    "fact_finding": "the fact-finding form",
    "external": "published tables",
    "hr+external": "staff files and published tables",
    "external+hr": "published tables and staff files",
    "pipeline": "Parity's own records",
}
DIRECTIONS = {
    "up": "higher is better",
    "down": "lower is better",
    "target 1": "1 is the target",
    "target 0": "0 is the target",
    "context": "to be read beside others",
}


def indicators_page(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    n_core = sum(indicator.tier == "core" for indicator in catalogue.indicators)
    lines = [
        "# The indicators",
        "",
        "<!-- Made from catalogue/indicators.yml by `parity indicators --markdown`: edit there, and make it again. -->",
        "",
        f"Catalogue {catalogue.version}: {n_core} core indicators, and {len(catalogue.indicators) - n_core} more where a source carries them."
        " Definitions were gathered from published frameworks; check their wording before quoting. How to read figures and intervals is said"
        " in [For analysts](analysts.md).",
    ]
    for number, name in catalogue.domains.items():
        lines += ["", f"## {number} {name}"]
        for indicator in catalogue.indicators:
            if indicator.domain == number:
                lines += ["", *_entry(indicator, catalogue)]
    return "\n".join(lines) + "\n"


def _entry(indicator: Indicator, catalogue: Catalogue) -> list[str]:
    facts = [
        f"**{indicator.definition}**",
        f"Unit: {indicator.unit}; {DIRECTIONS[indicator.dir]}. Target: {indicator.target}.",
        f"From {SOURCES[indicator.source]}. Needs {indicator.needs}.",
        f"After: {indicator.ref}.",
    ]
    for item in indicator.items:
        turned = " (turned round)" if item in indicator.reversed else ""
        facts.append(f"`{item}`{turned}: {catalogue.survey_items[item]}")
    if indicator.answers:
        counted = ", ".join(f"`{code}`" for code, worth in indicator.answers.items() if worth)
        others = ", ".join(f"`{code}`" for code, worth in indicator.answers.items() if not worth)
        facts.append(f"Counts: {counted}; does not: {others}; any other answer is no answer.")
    if indicator.answered_at_least > 1:
        facts.append(f"Of those who answered at least {indicator.answered_at_least} of the {len(indicator.items)}.")
    if indicator.opt_in:
        facts.append(f"Only those who were willing (`{indicator.opt_in.item}`); how many were is told beside, as `opt_in_pct`.")
    if indicator.among:
        facts.append(f"Among those who count in the numerator of {indicator.among}.")
    if indicator.sensitive:
        facts.append(
            "Sensitive: on 30 answers at least, by country and type of agency and coarser, never of one agency or grade."
        )
    tier = "" if indicator.tier == "core" else " (ext)"
    return [f"### {indicator.id} {indicator.name}{tier}", "", *(f"- {fact}" for fact in facts)]
