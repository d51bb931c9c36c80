"""The arrows between the rooms: three floors, no import upward or sideways (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

GROUND = {"parity"}
SIDE_BY_SIDE = {"ingestion", "expectations", "publication", "stack", "sandbox"}
MAY_IMPORT = {
    "parity": set(),
    **dict.fromkeys(sorted(SIDE_BY_SIDE), GROUND),
    "dags": GROUND | {"ingestion", "expectations", "publication"},
    "cli": GROUND | SIDE_BY_SIDE,
}


def imported_rooms(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found & set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_room_imports_only_what_stands_below_it(room):
    files = sorted((REPOSITORY / room).rglob("*.py"))
    assert files, f"{room}/ holds no Python file"
    wrong = {
        f"{path.relative_to(REPOSITORY)} imports {target}"
        for path in files
        for target in imported_rooms(path.read_text(encoding="utf-8")) - MAY_IMPORT[room] - {room}
    }
    assert not wrong


def folders_named(source: str) -> set[str]:
    """Texts in code, docstrings left out, that are the name of the dbt project's folder or a path into it."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said}
    return {text for text in texts if isinstance(text, str) and (text == "dbt" or text.startswith("dbt/"))}


def test_ingestion_reads_no_file_of_dbt():
    files = sorted((REPOSITORY / "ingestion").rglob("*.py"))
    assert not {path.name: named for path in files if (named := folders_named(path.read_text(encoding="utf-8")))}
    assert folders_named('"""dbt/ in a docstring."""\nx = ROOT / "dbt" / "models"\ny = open("dbt/a.yml")') == {"dbt", "dbt/a.yml"}


@pytest.mark.parametrize("folder", ["dbt", "superset"])
def test_folder_named_like_a_library_is_no_package(folder):
    assert not list((REPOSITORY / folder).glob("__init__.py"))


def test_imported_rooms_sees_plain_and_from_imports():
    assert imported_rooms("import stack.control\nfrom ingestion.kobo import client\nfrom . import x") == {
        "stack",
        "ingestion",
    }
