"""The page of dbt's documentation reaches its reader, and nobody else."""

import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from cli.dbt_docs import server


def test_page_is_served_on_loopback_and_may_call_nobody(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<p>lineage</p>")
    with server(page) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        assert http.server_address[0] == "127.0.0.1"
        address = f"http://127.0.0.1:{http.server_port}"
        with urllib.request.urlopen(f"{address}/?g_v=1") as answer:
            assert answer.read() == b"<p>lineage</p>"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/etc/passwd")
        http.shutdown()
