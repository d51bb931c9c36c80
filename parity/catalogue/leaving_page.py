"""The table of docs/explanation/what-leaves.md, from the list of types that may leave the landing."""

from __future__ import annotations

from pathlib import Path

from parity.catalogue.question_types import LEAVES, Answer

BEGIN, END = "<!-- parity generate -->\n", "<!-- end -->"
LETS_OUT: dict[Answer, str] = {
    "choice": "one code that the form itself offers",
    "choices": "the codes that the form itself offers, of those that were chosen",
    "OK": "that it was ticked",
    "number": "a number in the digits 0 to 9, of up to 15 digits before the point",
    "date": "a day of the calendar, such as 2026-11-28",
    "time": "a time of the day",
    "moment": "a day and a time",
    "calculation": "a number, a day or a time, or a code that its formula or what it reads offers; if all that it reads may leave",
}


def leaving_page(page: Path) -> str:
    """The page with its table as it should be. Raises ValueError where the page has no place for it."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{page} has no table between '{BEGIN.strip()}' and '{END}'.")
    rows = [
        f"| {', '.join(f'`{kind}`' for kind, answer in LEAVES.items() if answer == one)} | {words} |"
        for one, words in LETS_OUT.items()
    ]
    return f"{before}{BEGIN}| a question of type | lets out |\n|---|---|\n" + "\n".join(rows) + f"\n{END}{after}"
