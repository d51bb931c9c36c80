"""Superset with our configuration, started for real in its own environment."""

from __future__ import annotations

import os
import subprocess

from parity.settings import REPOSITORY

PYTHON = REPOSITORY / "superset" / ".venv" / "bin" / "python"


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    done = subprocess.run(
        [PYTHON, "-c", "from superset.app import create_app; create_app()"],
        env={
            "PATH": os.environ["PATH"],
            "SUPERSET_CONFIG_PATH": str(REPOSITORY / "superset" / "superset_config.py"),
            "SUPERSET_HOME": str(tmp_path),
            "SUPERSET_SECRET_KEY": "a key of some length, as Superset wants it",
            "SUPERSET_METADATA_URL": "postgresql://superset:the-password@127.0.0.1:1/superset",
            "DO_NOT_TRACK": "1",
            "SCARF_ANALYTICS": "false",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    said = done.stdout + done.stderr
    assert "Cannot connect to database postgresql+psycopg2://superset:***@127.0.0.1:1/superset" in said, said[-2000:]
    assert "the-password" not in said
