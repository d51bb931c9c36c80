"""docs/reference/indicators.md, made from the catalogue by `parity generate`."""

from __future__ import annotations

from parity.catalogue.indicators import Indicator
from parity.catalogue.models import Catalogue
from parity.catalogue.review_page import told
from parity.catalogue.words import periods, population

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
    "context": "to be read together with others",
}


def indicators_page(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    n_core = sum(indicator.tier == "core" for indicator in catalogue.indicators)
    lines = [
        "# The indicators",
        "",
        "<!-- Made from catalogue/indicators.yml by `parity generate`: edit there, and run it again. -->",
        "",
        f"Catalogue {catalogue.version}: {n_core} core indicators, and {len(catalogue.indicators) - n_core} more where a source carries them."
        " [Review of the definitions](definitions-review.md) says what each was compared with, what differs from the standard, and why. How to"
        " read figures and intervals is said in [Estimates and intervals](../explanation/estimates.md).",
    ]
    for number, name in catalogue.domains.items():
        lines += ["", f"## {number} {name}"]
        for indicator in catalogue.indicators:
            if indicator.domain == number:
                lines += ["", *_entry(indicator, catalogue)]
    lines += ["", *_composite(catalogue)]
    return "\n".join(lines) + "\n"


def _composite(catalogue: Catalogue) -> list[str]:
    index = catalogue.composite
    inside = [i for i in catalogue.indicators if i.tier == index.tier and i.domain in index.domains and i.goalposts]
    return [
        f"## {index.name} ({index.id})",
        "",
        f"**{index.status}** Published with each release as `published.composite`, its domains as `published.composite_domain`.",
        "",
        f"- Made of the {len(inside)} {index.tier} indicators of domains {', '.join(map(str, index.domains))} that have goalposts, of an"
        " agency, a country or a type of agency, in one year. Only figures that are shown count.",
        "- An indicator scores 0 at its worst goalpost and 100 at its best: clamp((x - worst) / (best - worst), 0, 1) * 100. A ratio whose"
        " target is 1 counts as x or 1/x, whichever lies on the side of the worst goalpost; a difference whose target is 0 without its sign."
        " Where a figure is told of each gender only, that of women counts.",
        f"- A survey indicator loses {index.gap_penalty:g} points for each point between women's and men's score, where both are shown.",
        f"- A domain is the mean of its indicators, of which {index.domain_needs_pct:g} % must be there.",
        f"- The index is the geometric mean of the domains' scores, none below {index.floor:g}, with equal weights; {index.index_needs_pct:g} % of"
        " the domains must have a score.",
        "- Always shown with it: `coverage_pct` (indicators that stand behind it, per 100 that could), the range with one domain left out"
        f" (`without_one_low` to `without_one_high`), the 5th and 95th of 100 with random weights (`weights_p5`, `weights_p95`;"
        f" {index.weight_draws} draws), and the arithmetic mean (`arithmetic_value`).",
        "",
        "| indicator | scores 0 at | scores 100 at |",
        "|---|---|---|",
        *(f"| {i.id} {i.name} | {ends[0]:g} | {ends[1]:g} |" for i in inside if (ends := i.goalposts)),
    ]


def _entry(indicator: Indicator, catalogue: Catalogue) -> list[str]:
    facts = [
        f"**{indicator.definition}**",
        f"Unit: {indicator.unit}; {DIRECTIONS[indicator.dir]}. Target: {indicator.target}.",
        f"From {SOURCES[indicator.source]}. Needs {indicator.needs}.",
        *([f"Compare it with `reference_value`: {indicator.reference_value}."] if indicator.reference_value else []),
        f"Counts {population(indicator)}. Of {periods(indicator)}.",
        f"After: {indicator.ref}.",
        *(f"Standard: {told(standard)}." for standard in indicator.standards),
        *([f"Differs: {indicator.differs.rstrip('.')}."] if indicator.differs else []),
    ]
    if indicator.disagg or indicator.lacks:
        names = [catalogue.breakdowns[name].name for name in indicator.disagg]
        lacking = [f"{catalogue.breakdowns[name].name} (needs {needs})" for name, needs in indicator.lacks.items()]
        said = [f"Broken down by {'; '.join(names)}."] if names else []
        facts.append(" ".join([*said, f"Not yet by {'; '.join(lacking)}."] if lacking else said))
    for item in indicator.items:
        turned = " (turned round)" if item in indicator.reversed else ""
        facts.append(f"`{item}`{turned}: {catalogue.survey_items[item]}")
    if indicator.answers:
        counted = ", ".join(f"`{code}`" for code, score in indicator.answers.items() if score)
        others = ", ".join(f"`{code}`" for code, score in indicator.answers.items() if not score)
        facts.append(f"Counts: {counted}; does not: {others}; any other answer is no answer.")
    if indicator.answered_at_least > 1:
        facts.append(f"Of those who answered at least {indicator.answered_at_least} of the {len(indicator.items)}.")
    if indicator.opt_in:
        facts.append(f"Only those who were willing (`{indicator.opt_in.item}`); `opt_in_pct` says how many were.")
    if indicator.among:
        facts.append(f"Among those who count in the numerator of {indicator.among}.")
    if indicator.sensitive:
        facts.append(
            "Sensitive: on 30 answers at least, by country and type of agency and coarser, never of one agency or grade."
        )
    tier = "" if indicator.tier == "core" else " (ext)"
    return [f"### {indicator.id} {indicator.name}{tier}", "", *(f"- {fact}" for fact in facts)]
