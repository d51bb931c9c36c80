"""An error in the catalogue names the file, the line, and the nearest right spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from parity.yaml_files import LOADER


class CatalogueError(ValueError):
    """One or more faults in the catalogue's files, each on its own line of the message."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The catalogue has faults:\n  " + "\n  ".join(faults))
        self.faults = faults


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or nothing where no known word is close."""
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


def line_of(path: Path, location: tuple[Any, ...]) -> int:
    """The line (1-based) on which the value at `location` (keys and list positions) begins, or its nearest parent's."""
    node = yaml.compose(path.read_text(encoding="utf-8"), LOADER)
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def repeated_keys(text: str) -> list[tuple[int, str]]:
    """(line, key) of every key that stands twice in one mapping; YAML itself keeps the last and says nothing."""
    found: list[tuple[int, str]] = []
    todo, done = [yaml.compose(text, LOADER)], set()
    while todo:
        node = todo.pop()
        if id(node) in done:  # an alias may lead back to a node that holds it
            continue
        done.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        found.append((key.start_mark.line + 1, key.value))
                    seen.add(key.value)
                todo.append(value)
    return sorted(found)


def impossible_day(text: str) -> int:
    """The line of the first date that no calendar has, which YAML reads as one and fails on."""
    todo, done = [yaml.compose(text, LOADER)], set()
    lines = []
    while todo:
        node = todo.pop()
        if id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            try:
                yaml.SafeLoader("").construct_object(node)
            except ValueError:
                lines.append(node.start_mark.line + 1)
        elif node is not None:
            todo += [each for entry in node.value for each in (entry if isinstance(entry, tuple) else (entry,))]
    return min(lines, default=1)
