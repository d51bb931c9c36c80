"""Great Expectations' Data Docs of each run, as a static site that its owner alone can read, and a front page that links them.

`<folder>/index.html` lists the last runs of each gate; `<folder>/runs/<gate>-<time>/` holds the pages of one. Only the last KEPT runs of a gate
stay. The pages are plain: scripts, pictures and what Great Expectations would fetch from others are cut out, and a policy keeps the browser from
calling anybody. Its own index needs these scripts, so ours takes its place.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from expectations.front_page import STYLE, Run, front_page, run_of, run_page
from expectations.result import GateResult

KEPT = 20
SITE = "gates"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
CUT = re.compile(r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>|<footer\b.*?</footer>", re.IGNORECASE | re.DOTALL)


def write_pages(folder: Path, result: GateResult, context: Any, at: dt.datetime) -> Path:
    """The pages of this run, and the front page anew; returns the front page."""
    run = run_of(result, at)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    run_folder = folder / "runs" / run.name
    run_folder.mkdir(mode=0o700, parents=True)
    _build(context, run_folder)
    shutil.rmtree(run_folder / "static", ignore_errors=True)
    for page in run_folder.rglob("*.html"):
        page.write_text(plain(page.read_text(encoding="utf-8")), encoding="utf-8")
    links = {
        page.relative_to(run_folder).parts[1]: quote(str(page.relative_to(run_folder)))
        for page in run_folder.glob("validations/**/*.html")
    }
    (run_folder / "index.html").write_text(run_page(result, at, links), encoding="utf-8")
    (run_folder / "run.json").write_text(json.dumps(run.as_json()), encoding="utf-8")
    _forget_old(folder, result.gate)
    index = folder / "index.html"
    new = index.with_suffix(".new")
    new.write_text(front_page(_runs(folder)), encoding="utf-8")
    new.replace(index)
    _close_to_others(folder)
    return index


def plain(page: str) -> str:
    """The page without scripts, pictures and foreign styles, and with a style of its own."""
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style>'
    return CUT.sub("", page).replace("<head>", head, 1)


def _build(context: Any, run_folder: Path) -> None:
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(run_folder)},
        },
    )
    context.build_data_docs(site_names=[SITE])


def _forget_old(folder: Path, gate: str) -> None:
    for old in sorted((folder / "runs").glob(f"{gate}-*"))[:-KEPT]:
        shutil.rmtree(old)


def _runs(folder: Path) -> list[Run]:
    """The newest first."""
    files = (folder / "runs").glob("*/run.json")
    return sorted((Run(**json.loads(file.read_text(encoding="utf-8"))) for file in files), key=lambda run: run.at, reverse=True)


def _close_to_others(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
