"""docs/explanation/rooms.svg: the Python rooms of the checkout and which imports which, read from the code by `parity generate`.

Three floors: a room imports only from the floors below it. An import that breaks this has no place in the picture and raises ImportsUpward.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

# From the top floor down; the words say what a room is for.
FLOORS: tuple[Mapping[str, str], ...] = (
    {"cli": "the parity command", "dags": "what runs when (Airflow)"},
    {
        "ingestion": "sources to raw",
        "expectations": "the gates",
        "publication": "releases",
        "stack": "services of a machine",
        "sandbox": "samples, practice server",
    },
    {"parity": "settings, the catalogue's models, database connection, migrations"},
)
WIDTH, BOX, GAP, MARGIN, FLOOR = 980, 56, 20, 60, 150
STYLE = "font-family:system-ui,sans-serif;text-anchor:middle"
Place = tuple[float, float, float]  # left, top, width


class ImportsUpward(ValueError):
    """A room imports from its own floor or from a floor above."""


def imports_between_rooms(checkout: Path) -> Counter[tuple[str, str]]:
    """How many modules of one room import from another, by (importer, imported); imports inside functions count as well."""
    rooms = {room for floor in FLOORS for room in floor}
    found: Counter[tuple[str, str]] = Counter()
    for room in rooms:
        for module in (checkout / room).rglob("*.py"):
            found.update((room, other) for other in _imported(module.read_text(encoding="utf-8")) & rooms - {room})
    return found


def rooms_picture(checkout: Path) -> str:
    """The picture as SVG. Raises ImportsUpward."""
    imports = imports_between_rooms(checkout)
    floor_of = {room: number for number, floor in enumerate(FLOORS) for room in floor}
    if wrong := sorted(f"{one} imports {other}" for one, other in imports if floor_of[one] >= floor_of[other]):
        raise ImportsUpward("; ".join(wrong))
    places = _places()
    arrows = [_arrow(places[one], places[other], floor_of[other] - floor_of[one]) for one, other in sorted(imports)]
    boxes = [_box(room, words, places[room]) for floor in FLOORS for room, words in floor.items()]
    height = FLOOR * (len(FLOORS) - 1) + BOX + 2 * GAP
    return "\n".join(
        [
            "<!-- Made from the imports of the code by `parity generate`. -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" style="{STYLE}" role="img">',
            f"<title>{escape('; '.join(f'{one} imports {other}' for one, other in sorted(imports)))}</title>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#777"/></marker></defs>',
            *arrows,
            *boxes,
            "</svg>",
            "",
        ]
    )


@cache
def _imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def _places() -> dict[str, Place]:
    """Each floor's boxes side by side, of one width, between the margins that long arrows use."""
    found: dict[str, Place] = {}
    for number, floor in enumerate(FLOORS):
        width = (WIDTH - 2 * MARGIN - GAP * (len(floor) - 1)) / len(floor)
        for at, room in enumerate(floor):
            found[room] = (MARGIN + at * (width + GAP), GAP + number * FLOOR, width)
    return found


def _box(room: str, words: str, place: Place) -> str:
    left, top, width = place
    middle = left + width / 2
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{BOX}" rx="6" fill="#eef3f8" stroke="#456"/>'
        f'<text x="{middle:g}" y="{top + 24:g}" font-size="16" font-weight="600" fill="#123">{escape(room)}</text>'
        f'<text x="{middle:g}" y="{top + 43:g}" font-size="12" fill="#345">{escape(words)}</text>'
    )


def _arrow(one: Place, other: Place, floors: int) -> str:
    """From the lower edge of a box to the upper edge of another; one that skips a floor goes round it, through the nearer margin."""
    start_x, start_y = one[0] + one[2] / 2, one[1] + BOX
    end_y = other[1] - 1
    if floors == 1:
        end_x = min(max(start_x, other[0] + GAP), other[0] + other[2] - GAP)
        path = f"M{start_x:g} {start_y:g} L{end_x:g} {end_y:g}"
    else:
        is_left = start_x < WIDTH / 2
        edge, side = (one[0], MARGIN / 2) if is_left else (one[0] + one[2], WIDTH - MARGIN / 2)
        end_x = MARGIN + GAP if is_left else WIDTH - MARGIN - GAP
        middle = one[1] + BOX / 2
        path = f"M{edge:g} {middle:g} H{side:g} V{end_y - GAP:g} H{end_x:g} V{end_y:g}"
    return f'<path d="{path}" fill="none" stroke="#777" stroke-width="1.3" marker-end="url(#tip)"/>'
