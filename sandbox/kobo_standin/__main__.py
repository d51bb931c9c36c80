"""Serve the stand-in: `python -m sandbox.kobo_standin --db FILE --port N [--seed DIR]`, on 127.0.0.1 unless told otherwise."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from parity.settings import MissingSetting, Settings
from sandbox.kobo_standin.app import create_app


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.kobo_standin", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="SQLite file; made if absent")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; within a container its network's (0.0.0.0)")
    parser.add_argument("--seed", type=Path, help="folder with one folder a form (asset.json, submissions.jsonl)")
    options = parser.parse_args()
    try:
        token = Settings.from_env().require("PARITY_KOBO_TOKEN")
    except MissingSetting as error:
        print(error, file=sys.stderr)
        return 2
    options.db.parent.mkdir(parents=True, exist_ok=True)
    app = create_app(options.db, token)
    for folder in sorted(options.seed.iterdir()) if options.seed and options.seed.is_dir() else ():
        app.state.store.seed(folder)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
