"""The simple auth manager starts on loopback and nowhere else."""

from __future__ import annotations

import sys

import pytest

from stack.airflow_auth import LoopbackAuthManager, NotLoopback, is_loopback, listening_host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]")),
        *((host, False) for host in ("0.0.0.0", "::", "10.0.0.5", "parity.example", "")),
    ],
)
def test_is_loopback(host, expected):
    assert is_loopback(host) is expected


def test_the_command_line_goes_before_the_configuration():
    assert listening_host(["airflow", "api-server", "--host", "0.0.0.0", "--port", "1"], "127.0.0.1") == "0.0.0.0"
    assert listening_host(["airflow", "api-server", "-H", "0.0.0.0"], "127.0.0.1") == "0.0.0.0"
    assert listening_host(["airflow", "api-server", "--host=0.0.0.0"], "127.0.0.1") == "0.0.0.0"
    assert listening_host(["airflow", "scheduler"], "127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize("arguments", [["airflow", "api-server", "--host", "0.0.0.0"], ["airflow", "api-server"]])
def test_simple_auth_refuses_to_serve_beyond_this_machine(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setenv("AIRFLOW__API__HOST", "0.0.0.0")
    with pytest.raises(NotLoopback, match=r"listens on 0\.0\.0\.0\. Use the FAB auth manager"):
        LoopbackAuthManager().init()
