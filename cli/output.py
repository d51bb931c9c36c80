"""Everything that a command prints, for people or for machines.

Data are printed as they are. No text is read as markup, so that a file called `x[/red].csv` keeps its name; characters that steer a
terminal, and bytes that are no text, are shown by their escapes. Colour is given as a style, never inside the text.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from cli.exit_codes import ExitCode

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    """The text with control characters and lone surrogates (bytes of a file's name that are no UTF-8) as escapes."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text).encode("utf-8", "backslashreplace").decode("utf-8")


class PlainConsole(Console):
    """A console that prints every string as it is, in cells and titles of tables, too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(harmless(text), **options)


console, errors = PlainConsole(), PlainConsole(stderr=True)


def say(sentence: object = "", *, style: str | None = None) -> None:
    """A sentence for people, on one line however long it is."""
    console.print(str(sentence), style=style, soft_wrap=True)


def complain(sentence: object) -> None:
    """A sentence on the standard error, which `--json` leaves free for people."""
    errors.print(str(sentence), soft_wrap=True)


def print_table(table: RenderableType) -> None:
    """A table, as wide as the terminal."""
    console.print(table)


def print_json(report: Any) -> None:
    """One JSON document on the standard output; what JSON has no type for, such as a date, as its text."""
    print(json.dumps(report, default=str, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8"))


def answer(report: Any, sentence: str, as_json: bool) -> None:
    """The outcome of a command: the report for machines, or the sentence for people."""
    if as_json:
        print_json(report)
    else:
        say(sentence)


def fail(why: object, code: ExitCode = ExitCode.NOT_OK, *, as_json: bool = False) -> NoReturn:
    """End the command with a sentence on the standard error, and as `{"error": …}` on the standard output with `as_json`."""
    if as_json:
        print_json({"error": str(why)})
    complain(why)
    raise typer.Exit(code) from None


def progress(*, is_hidden: bool) -> Progress:
    """A bar for each piece of work, on the standard error."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=errors, disable=is_hidden)
