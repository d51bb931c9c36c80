"""Where the services stand on a server: the containers of `docker-compose.yml`.

`docker-compose.yml` spells these variables out, as compose files do; a test holds both equal. `${PARITY_DOMAIN}` and `${PARITY_PORT}`
are filled in by compose from `.env`.
"""

from __future__ import annotations

from pathlib import Path

from stack.environment import Site

HOSTS = ("localhost", "127.0.0.1", "postgres", "redis", "airflow-api-server", "superset", "kobo")
DATA = Path("/var/lib/parity")

SERVER = Site(
    repository=Path("/opt/parity"),
    home=DATA / "home",
    landing=str(DATA / "landing"),
    drop=DATA / "drop",
    keys=DATA / "keys",
    airflow_home=DATA / "airflow",
    superset_home=DATA / "superset",
    airflow_url="http://airflow-api-server:8080/airflow",
    airflow_public_url="https://${PARITY_DOMAIN:-localhost}${PARITY_PORT:+:}${PARITY_PORT:-}/airflow",
    airflow_host="0.0.0.0",  # nosec B104  # inside its container
    airflow_port=8080,
    superset_url="http://superset:8088",
    kobo_url="${PARITY_KOBO_URL:-}",
    auth="fab",
    executor="${PARITY_EXECUTOR:-stack.executor.PreloadingLocalExecutor}",
    is_behind_tls=True,
    is_in_containers=True,
    hosts=HOSTS,
)
