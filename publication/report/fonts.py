"""Where a PDF's letters come from: a font that the caller names, one that the machine has, or the one that every reader of PDF has.

The last knows the letters of Western Europe alone. A text that it cannot write is refused, and never printed with holes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts/TTF",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
)
FAMILIES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
SCRIPTS = ("NotoSansThai-Regular.ttf", "NotoSansLao-Regular.ttf", "NotoSansKhmer-Regular.ttf", "NotoSansMyanmar-Regular.ttf")
BUILT_IN = "latin-1"
INSTEAD = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "−": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "≥": ">=",
        "≤": "<=",
        "•": "·",
        "\u00a0": " ",
    }
)


class NoFont(LookupError):
    """A letter that no font at hand can write; the message says what to do."""


@dataclass(frozen=True)
class Fonts:
    """`regular` and `bold` are files, or None for the built-in font; `others` are asked for letters that these lack."""

    regular: Path | None = None
    bold: Path | None = None
    others: tuple[Path, ...] = ()


def find_fonts(named: Path | None = None, folders: Iterable[str] = FOLDERS) -> Fonts:
    """The fonts for a PDF; `named` by the caller goes before all that the machine has. Raises NoFont where it is no file."""
    places = [Path(folder) for folder in folders]
    others = tuple(place / name for name in SCRIPTS for place in places if (place / name).is_file())
    if named is not None:
        if not named.is_file():
            raise NoFont(f"{named} is no file. Name a TrueType font (.ttf), or leave --font out.")
        return Fonts(named, named, others)
    for regular, bold in FAMILIES:
        for place in places:
            if (place / regular).is_file():
                return Fonts(place / regular, place / bold if (place / bold).is_file() else place / regular, others)
    return Fonts(others=())


def in_built_in(text: str) -> str:
    """The text in the letters of the built-in font. Raises NoFont."""
    plain = text.translate(INSTEAD)
    lacking = next((each for each in plain if each.encode(BUILT_IN, "ignore") == b""), None)
    if lacking is not None:
        raise NoFont(
            f"No font of this machine is known that writes '{lacking}' (in \"{text[:60]}\"). Name a TrueType font with --font, or take"
            " --format html."
        )
    return plain
