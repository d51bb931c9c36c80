"""Airflow's simple auth manager, for one person on one machine: it refuses to serve anybody else.

Its passwords lie in a file in clear, and it has no way to change them. So it starts only where the API server listens on loopback.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Sequence

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.configuration import conf


class NotLoopback(RuntimeError):
    """Simple auth was asked to serve beyond this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Airflow's simple auth manager serves loopback addresses only, and the API server listens on {host}. "
            "Use the FAB auth manager (AIRFLOW__CORE__AUTH_MANAGER, see docs/how-to/on-a-server.md), or listen on 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listening_host(arguments: Sequence[str], configured: str) -> str:
    """The address that the API server listens on: `--host` of its command line, or the configured one."""
    for position, argument in enumerate(arguments):
        if argument in ("--host", "-H") and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--host="):
            return argument.removeprefix("--host=")
    return configured


class LoopbackAuthManager(SimpleAuthManager):
    """Refuses to start where the API server can be reached from other machines. Raises NotLoopback."""

    def init(self) -> None:
        host = listening_host(sys.argv, conf.get("api", "host", fallback="0.0.0.0"))  # nosec B104  # what Airflow assumes; refused below
        if not is_loopback(host):
            raise NotLoopback(host)
        super().init()
