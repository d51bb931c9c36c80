"""Pushes the dashboard kept as YAML to a Superset server by its REST API.

What is in `superset/assets/` overwrites what bears the same uuid on the server; charts and dashboards that were pushed earlier from there
and are there no longer are deleted. What was pushed is marked as certified by Parity; what analysts made themselves is not, and stays.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import requests
import yaml

from parity.yaml_files import read_yaml

OURS = "Parity"
DATABASE = "databases/parity.yaml"
TIMEOUT_SECONDS = 120
START_SECONDS = 600  # a slow machine takes minutes to start it


class SupersetError(RuntimeError):
    """The server refused, or did not answer; the message says what and what to do. `is_passing`: waiting may mend it."""

    def __init__(self, message: str, *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.is_passing = is_passing


class SupersetClient:
    """A logged-in session with a Superset server, CSRF token and all."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        login = {"username": user, "password": password, "provider": "db", "refresh": True}
        token = self.call("POST", "/security/login", "Check login and password of the connection `superset`.", json=login)
        self.session.headers["Authorization"] = f"Bearer {token['access_token']}"
        csrf = self.call("GET", "/security/csrf_token/", "Sign in again.")["result"]
        self.session.headers.update({"X-CSRFToken": csrf, "Referer": self.url})

    def call(self, method: str, path: str, remedy: str, **arguments: Any) -> Any:
        """One API call's JSON. Raises SupersetError."""
        if self.url.startswith("http:"):
            # The network behind a proxy: its Superset makes cookies for TLS, and wants them back without.
            for cookie in self.session.cookies:
                cookie.secure = False
        try:
            answer = self.session.request(method, f"{self.url}/api/v1{path}", timeout=TIMEOUT_SECONDS, **arguments)
        except requests.RequestException as error:
            raise SupersetError(
                f"Superset at {self.url} did not answer ({type(error).__name__}). Is it running?", is_passing=True
            ) from None
        if not answer.ok:
            is_passing = answer.status_code >= 500 or answer.status_code == 429
            raise SupersetError(
                f"{method} {path} answered {answer.status_code}: {answer.text[:600]}. {remedy}", is_passing=is_passing
            )
        try:
            return answer.json()
        except requests.JSONDecodeError:
            raise SupersetError(f"{method} {path} led to a page, {answer.url}, and not to an answer. {remedy}") from None


def await_server(url: str, seconds: float = START_SECONDS, pause: float = 2) -> None:
    """Wait for a server that is still starting. Raises SupersetError when its time is over."""
    end, said = time.monotonic() + seconds, "no answer"
    session = requests.Session()
    session.trust_env = False
    while True:
        try:
            answer = session.get(f"{url.rstrip('/')}/health", timeout=TIMEOUT_SECONDS)
            if answer.ok:
                return
            said = f"answer {answer.status_code}"
        except requests.RequestException as error:
            said = type(error).__name__
        if time.monotonic() > end:
            raise SupersetError(
                f"Superset at {url} is not up after {seconds:.0f} s ({said}). Start it, then clear this task: the release is published, "
                "and only the dashboards wait.",
                is_passing=True,
            )
        time.sleep(pause)


def push(assets: Path, url: str, user: str, password: str, readers_url: str) -> None:
    """Import the assets and delete what was dropped. Raises SupersetError."""
    client = SupersetClient(url, user, password)
    client.call(
        "POST",
        "/assets/import/",
        "Mend the YAML that the answer names.",
        files={"bundle": ("assets.zip", bundle(assets, readers_url), "application/zip")},
    )
    _delete_dropped(client, assets)


def bundle(assets: Path, readers_url: str) -> bytes:
    """The zip that Superset imports, with the readers' address and password.

    The password goes into the file, which Superset stores encrypted. In the form field `passwords` it would stand in Superset's log of
    requests, which every admin reads.
    """
    address = readers_url.replace("postgresql://", "postgresql+psycopg2://", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(assets.rglob("*.yaml")):
            name = path.relative_to(assets).as_posix()
            content = read_yaml(path)
            if name == DATABASE:
                content["sqlalchemy_uri"] = address
            elif name.startswith(("charts/", "dashboards/")):
                content["certified_by"] = OURS
            archive.writestr(f"assets/{name}", yaml.safe_dump(content, allow_unicode=True))
    return out.getvalue()


def _uuids(assets: Path, folder: str) -> set[str]:
    return {read_yaml(path)["uuid"] for path in (assets / folder).rglob("*.yaml")}


def _delete_dropped(client: SupersetClient, assets: Path) -> None:
    for kind, folder in (("dashboard", "dashboards"), ("chart", "charts")):
        kept = _uuids(assets, folder)
        for entry in _all(client, kind):
            if entry.get("certified_by") == OURS and str(entry["uuid"]) not in kept:
                client.call("DELETE", f"/{kind}/{entry['id']}", "Delete it by hand.")


def _all(client: SupersetClient, kind: str) -> list[dict[str, Any]]:
    query = json.dumps({"page_size": 1000, "columns": ["id", "uuid", "certified_by"]})
    return client.call("GET", f"/{kind}/", "Check the user's rights.", params={"q": query})["result"]
