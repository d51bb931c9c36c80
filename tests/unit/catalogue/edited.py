"""The repository's catalogue, and a copy of it that a test edits."""

from parity.catalogue import CatalogueError, load_catalogue
from parity.settings import REPOSITORY

CATALOGUE = REPOSITORY / "catalogue"


def faults(folder):
    """Those that stop everything, or else those of the contracts that are set aside."""
    try:
        return [fault for faults in load_catalogue(folder).set_aside.values() for fault in faults]
    except CatalogueError as error:
        return error.faults


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
