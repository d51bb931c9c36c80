"""The questionnaire as one HTML page for reading: in one language next to the master's words, with codes, conditions and what is missing."""

from __future__ import annotations

from html import escape

from ingestion.questionnaire.minutes import estimate
from parity.catalogue.questionnaire import LABEL, Questionnaire, Row, language_code

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h2 { border-bottom: 2px solid #446; margin-top: 2.5rem; }
.status { background: #fff3cd; border: 1px solid #b58900; padding: .6rem 1rem; }
.status.field-ready { background: #e3f4e6; border-color: #2e7d32; }
.item { margin: 1.2rem 0; padding-left: 1rem; border-left: 3px solid #ccd; }
.master, .about { color: #555; font-size: .85em; margin: .1rem 0; }
.missing { background: #fdd; }
code { background: #eef; padding: 0 .25em; } li { margin: .1rem 0; }
"""
KINDS = {"select_multiple": "several answers", "integer": "a whole number", "decimal": "a number", "date": "a day"}


def preview(questionnaire: Questionnaire, language: str) -> str:
    """The page. `language` is one of the questionnaire's."""
    title, status = questionnaire.settings["form_title"], questionnaire.status(language)
    minutes = estimate(questionnaire)
    notes = [entry.note for entry in questionnaire.translations if entry.language == language and entry.note]
    body = "\n".join(_row(row, questionnaire, language) for row in questionnaire.survey)
    return (
        f'<!doctype html>\n<html lang="{escape(language_code(language))}">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)} — {escape(language)}</title><style>{STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f'<p class="status {status}">{escape(language)}: <strong>{status}</strong>{escape("".join(f" ({note})" for note in notes))}</p>\n'
        f"<p>{len(questionnaire.items)} questions; about {minutes.median:.0f} minutes, {minutes.slow:.0f} for a slow reader.</p>\n"
        f"{body}\n</body>\n</html>\n"
    )


def _row(row: Row, questionnaire: Questionnaire, language: str) -> str:
    if row.kind == "begin_group":
        return f"<h2>{_words(row, questionnaire, language)}</h2>{_condition(row)}"
    if row.kind == "note":
        return f'<div class="item"><p>{_words(row, questionnaire, language)}</p></div>'
    if not row.is_item:
        return ""
    master = questionnaire.languages[0]
    choices = "".join(
        f"<li>{_words(choice, questionnaire, language)} <code>{escape(choice.name)}</code></li>"
        for choice in questionnaire.offered(row.list_name)
    )
    master_text = f'<p class="master">{escape(row[LABEL + master])}</p>' if language != master else ""
    kind = KINDS.get(row.kind, "one answer")
    about = f"{kind}{'' if row['required'] else ', may be left out'}; for {row['indicator']}"
    return (
        f'<div class="item" id="{escape(row.name)}"><p><strong>{_words(row, questionnaire, language)}</strong></p>{master_text}'
        f'<p class="about"><code>{escape(row.name)}</code> {escape(about)}</p>{_condition(row)}<ul>{choices}</ul></div>'
    )


def _words(row: Row, questionnaire: Questionnaire, language: str) -> str:
    if words := row[LABEL + language]:
        return escape(words)
    return f'<span class="missing">[no words in {escape(language)}] {escape(row[LABEL + questionnaire.languages[0]])}</span>'


def _condition(row: Row) -> str:
    said = [f"only if <code>{escape(row['relevant'])}</code>"] if row["relevant"] else []
    said += [f"must hold: <code>{escape(row['constraint'])}</code>"] if row["constraint"] else []
    return f'<p class="about">{"; ".join(said)}</p>' if said else ""
