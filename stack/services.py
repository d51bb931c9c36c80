"""The services of an instance and the steps between them: their commands, environments and health checks, and what each waits for."""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from parity.settings import REPOSITORY
from stack.instance import Instance
from stack.postgres import ChildUser, run_as

SUPERSET_PYTHON = REPOSITORY / "superset" / ".venv" / "bin" / "python"
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # a shell's; every service and task would compile the same libraries again


@dataclass(frozen=True)
class Service:
    """A process to keep running, or, where `is_step`, a command to run once to its end. `is_healthy` is asked until it says yes.

    It starts when all that it comes `after` are ready or done, and none that it `yields_to` is still on its first start.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    after: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    is_healthy: Callable[[], bool] = lambda: True
    is_step: bool = False
    port: int | None = None
    stop_signal: int = signal.SIGTERM
    run_as: ChildUser = field(default_factory=ChildUser)


# A proxy of the user's is no way to a service on this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str) -> bool:
    try:
        with _direct.open(url, timeout=3) as response:
            return response.status == 200
    except OSError:
        return False


def _airflow_says_healthy(base: str, component: str) -> bool:
    try:
        with _direct.open(f"{base}/api/v2/monitor/health", timeout=3) as response:
            return (json.load(response).get(component) or {}).get("status") == "healthy"
    except (OSError, ValueError):
        return False


def services(instance: Instance) -> list[Service]:
    """Every service and step, dependencies first."""
    python = sys.executable
    ports, url = instance.ports, instance.url("airflow")
    postgres = instance.postgres
    inherited = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}

    def variables(name: str) -> dict[str, str]:
        return {**inherited, "PATH": f"{Path(python).parent}:{os.environ.get('PATH', '')}", **instance.environment(name)}

    for_superset = {k: v for k, v in variables("superset").items() if not k.startswith("PARITY_")}
    for_superset_setup = for_superset | instance.environment("migrate-superset")

    def step(name: str, *after: str) -> Service:
        return Service(f"{name}-setup", [python, "-m", "cli.setup", name], variables("migrate"), after, is_step=True)

    def airflow_part(name: str, component: str, *extra: str, yields_to: tuple[str, ...] = ()) -> Service:
        return Service(
            f"airflow-{name}",
            [python, "-m", "airflow", name, *extra],
            variables(f"airflow-{name}"),
            ("airflow-setup", "warehouse-setup"),
            yields_to,
            is_healthy=lambda: _airflow_says_healthy(url, component),
        )

    kobo = [
        python,
        "-m",
        "sandbox.kobo_standin",
        "--db",
        str(instance.home / "kobo.sqlite"),
        "--port",
        str(ports["kobo"]),
        "--seed",
        str(instance.home / "samples" / "kobo"),
    ]
    gunicorn = [
        str(SUPERSET_PYTHON),
        "-m",
        "gunicorn",
        "--config",
        str(REPOSITORY / "superset" / "gunicorn.conf.py"),
        "--bind",
        f"127.0.0.1:{ports['superset']}",
    ]
    return [
        Service(
            "postgres",
            postgres.command(),
            {"PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
            is_healthy=postgres.is_ready,
            port=ports["postgres"],
            stop_signal=signal.SIGINT,
            run_as=run_as(),
        ),
        Service(
            "kobo", kobo, variables("kobo"), is_healthy=lambda: answers(f"{instance.url('kobo')}/health"), port=ports["kobo"]
        ),
        step("databases", "postgres"),
        step("warehouse", "databases-setup"),
        step("airflow", "databases-setup"),
        Service(
            "superset-setup",
            [str(SUPERSET_PYTHON), str(REPOSITORY / "superset" / "migrate.py")],
            for_superset_setup,
            ("databases-setup",),
            # A build needs Superset only at its end. Started earlier, it would slow Airflow down.
            ("airflow-setup", "airflow-api-server", "airflow-scheduler"),
            is_step=True,
        ),
        Service(
            "airflow-api-server",
            [python, "-m", "airflow", "api-server", "--host", "127.0.0.1", "--port", str(ports["airflow"])],
            variables("airflow-api-server"),
            ("airflow-setup", "warehouse-setup"),
            # The API that tasks use is built at its first request, which takes seconds: here no task waits for it yet.
            is_healthy=lambda: answers(f"{url}/api/v2/version") and answers(f"{url}/execution/health"),
            port=ports["airflow"],
        ),
        airflow_part("scheduler", "scheduler", "--skip-serve-logs"),
        airflow_part("dag-processor", "dag_processor"),
        # Watches sources, which nobody waits for at the start.
        airflow_part("triggerer", "triggerer", "--skip-serve-logs", yields_to=("airflow-api-server", "airflow-scheduler")),
        Service(
            "superset",
            gunicorn,
            for_superset,
            ("superset-setup",),
            is_healthy=lambda: answers(f"{instance.url('superset')}/health"),
            port=ports["superset"],
        ),
    ]


WORKING_DIRECTORY = REPOSITORY
