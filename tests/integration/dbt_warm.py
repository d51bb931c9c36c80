"""For tests: dbt as it is after its first commands, which make much of its code as they run. The server that dbt's processes are forked from imports it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner

FILES = {
    "dbt_project.yml": "{name: warm, version: '1.0', config-version: 2, profile: warm}",
    "profiles.yml": "warm: {target: none, outputs: {none: {type: postgres, host: none, port: 1, user: none, password: none, dbname: none, schema: none, threads: 1}}}",
    "models/one.sql": "select 1 as one",
    "models/one.yml": "models: [{name: one, columns: [{name: one, data_type: integer, data_tests: [not_null]}]}]",
}

with tempfile.TemporaryDirectory(prefix="parity-warm-") as folder:
    for name, text in FILES.items():
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    options = ["--project-dir", folder, "--profiles-dir", folder, "--log-path", folder, "--log-level-file", "none"]
    # The static parser starts threads, which a fork does not have: the next parse would wait for them for ever.
    options += ["--quiet", "--no-static-parser", "--no-send-anonymous-usage-stats"]
    for _ in range(2):  # the second reads what the first parsed
        done = dbtRunner().invoke(["parse", *options])
        assert done.success, done.exception
