"""A draft as YAML, with remarks above the fields that they are about."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"
A_LINE_EACH = ("columns", "ranks", "measures")
NO_TEXT = ("yes", "no", "on", "off", "null", "true", "false", "y", "n")


@dataclass
class Draft:
    """A contract's fields in order, and what the reviewer must look at: field → remarks."""

    fields: dict[str, Any]
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def remark(self, name: str, text: str) -> None:
        self.remarks.setdefault(name, []).append(one_line(text))

    def text(self) -> str:
        """The draft as YAML, remarks above the fields that they are about."""
        lines = [SCHEMA_LINE]
        for name, value in self.fields.items():
            lines += [f"# REVIEW: {remark}" for remark in self.remarks.get(name, [])]
            if isinstance(value, dict | list) and value and name in A_LINE_EACH:
                items = value.items() if isinstance(value, dict) else [("-", item) for item in value]
                lines.append(f"{name}:")
                lines += [f"  {key if key == '-' else key + ':'} {_flow(item)}" for key, item in items]
            else:
                lines.append(f"{name}: {_flow(value)}")
        return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """The text on one line, without characters that YAML refuses."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def _flow(value: Any) -> str:
    """JSON is YAML, and quotes what YAML would read as something else."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z]([\w -]*\w)?", value) and value.lower() not in NO_TEXT:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)
