"""The reference page of the `parity` command, made from the help texts of its commands by `parity generate`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption


def commands_page(root: TyperGroup) -> str:
    """The whole page as Markdown: a section for each group, an entry for each command with its arguments and options."""
    lines = [
        "# Commands",
        "",
        "<!-- Made from the help texts of the commands by `parity generate`: edit there, and run it again. -->",
        "",
        "`parity COMMAND --help` prints the same text. After `make demo`, the command is `.venv/bin/parity`. What `make` can do, `make` lists.",
    ]
    lines += ["", "## On their own"]
    for name, command in root.commands.items():
        if isinstance(command, TyperCommand):
            lines += _entry(f"parity {name}", command)
    for name, group in root.commands.items():
        if isinstance(group, TyperGroup):
            lines += ["", f"## parity {name}", "", *_words(group.help), *_entries(f"parity {name}", group)]
    return "\n".join(lines) + "\n"


def _entries(prefix: str, group: TyperGroup) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup) and not command.hidden:
            yield from _entries(f"{prefix} {name}", command)
        elif isinstance(command, TyperCommand):
            yield from _entry(f"{prefix} {name}", command)


def _entry(name: str, command: TyperCommand) -> Iterator[str]:
    if command.hidden:
        return
    shown = [each for each in command.params if isinstance(each, TyperArgument | TyperOption) and not each.hidden]
    arguments = [_argument(each) for each in shown if isinstance(each, TyperArgument)]
    yield from ("", f"### {name}", "", f"    {' '.join([name, *arguments])}", "")
    yield from _words(command.help)
    options = [each for each in shown if each.name != "help"]
    if options:
        yield from ("", "| argument or option | default | meaning |", "|---|---|---|")
        yield from (_row(each) for each in options)


def _argument(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").strip("[]").upper()
    return name if argument.required else f"[{name}]"


def _row(parameter: TyperArgument | TyperOption) -> str:
    names = (
        parameter.opts + parameter.secondary_opts
        if isinstance(parameter, TyperOption)
        else [(parameter.metavar or parameter.name or "").upper()]
    )
    words = getattr(parameter, "help", None) or ""
    default = parameter.default
    is_said = default not in (None, False, (), [], "") and not callable(default)
    said = f"`{default}`" if is_said else "required" if parameter.required else ""
    return f"| {', '.join(f'`{name}`' for name in names)} | {said} | {_cell(words)} |"


def _words(text: str | None) -> list[str]:
    """The help text, each paragraph on a line; one that is indented, as examples are, keeps its lines."""
    paragraphs = inspect.cleandoc(text or "").replace("\b", "").split("\n\n")
    return [line for paragraph in paragraphs for line in (*_lines(paragraph), "")][:-1]


def _lines(paragraph: str) -> list[str]:
    lines = [line for line in paragraph.splitlines() if line]
    is_indented = bool(lines) and all(line.startswith("  ") for line in lines)
    return [f"    {line.strip()}" for line in lines] if is_indented else [" ".join(paragraph.split())]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
