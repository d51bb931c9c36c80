"""The `PARITY_*` variables that Python rooms do not read: docker compose, dbt and the tests do. Here they have a meaning and a default.

They are models only so that the reference page and the warning about misspelt variables know them. A test compares the defaults with
docker-compose.yml and dbt/profiles.yml.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel, Field

from parity.settings import IN_FILE, PREFIX, fields, variable_of

# What Parity itself sets for programs that it starts: dbt's connection and what tells it that code changed, the supervisor's lock, the proxy's address.
# Exporting one changes nothing.
SET_BY_PARITY = ("PARITY_DB_", "PARITY_DBT_", "PARITY_SUPERVISOR_LOCK", "PARITY_URL")


class Server(BaseModel):
    """Read by docker compose from `.env`, which `deploy/init` writes."""

    domain: str = Field(default="localhost", description="The name under which readers reach the server.")
    bind: str = Field(default="0.0.0.0", description="The address on which the proxy listens.")  # nosec B104  # a server is for others
    port: str = Field(default="", description="The port of HTTPS, where it is not 443.")
    http_port: str = Field(default="80", description="The port of HTTP, which leads to HTTPS.")
    tls: str = Field(
        default="internal",
        description="`internal`: the proxy signs its certificate. An e-mail address: a certificate from Let's Encrypt, which writes there.",
    )
    executor: str = Field(
        "stack.executor.PreloadingLocalExecutor", description="Airflow's executor; `CeleryExecutor` for workers."
    )
    drop_folder: str = Field(default="./drop", description="The folder of the host in which agencies' files arrive.")
    drop_group: str = Field(default="10001", description="The number of that folder's group, which the containers join.")


class Spark(BaseModel):
    """Read by dbt (`dbt/profiles.yml`) where it runs on Spark, with PARITY_RAW_PARQUET."""

    spark_home: str | None = Field(
        default=None, description="The folder of Spark's metastore, warehouse and scratch files. Needed."
    )
    spark_master: str = Field(default="local[2]", description="Where Spark runs: this machine's cores, or a cluster.")
    spark_memory: str = Field(default="2g", description="Memory of the driver.")
    spark_host: str = Field(default="127.0.0.1", description="The address of the driver, as executors reach it.")
    spark_partitions: str = Field(default="4", description="Partitions after a shuffle: some two for each core.")
    spark_threads: str = Field(default="2", description="Models that dbt builds at the same time.")
    spark_warehouse: str | None = Field(
        None, description="Where Spark keeps its tables; `warehouse` in PARITY_SPARK_HOME without it."
    )


class Tests(BaseModel):
    """Read by the tests alone."""

    compose: str | None = Field(
        None, description="The compose command of `make test-containers`, where it is another than Docker's."
    )
    shared_data: str = Field(default="../shared/data", description="The folder of larger samples, with which more tests run.")
    screenshots: str | None = Field(
        None, description="Where tests keep pictures of dashboards; `screenshots` in PARITY_HOME without it."
    )


READ_ELSEWHERE: tuple[type[BaseModel], ...] = (Server, Spark, Tests)


def known_variables() -> set[str]:
    """Every variable that somebody reads, and its `_FILE` where Parity reads it."""
    own = set(fields())
    return (
        own
        | {f"{name}{IN_FILE}" for name in own}
        | {variable_of(name) for model in READ_ELSEWHERE for name in model.model_fields}
    )


def unknown_variables(names: Iterable[str]) -> list[str]:
    """Names in an environment that look like settings and that nothing reads, in order."""
    known = known_variables()
    return sorted(name for name in names if name.startswith(PREFIX) and name not in known and not name.startswith(SET_BY_PARITY))


def warnings(names: Iterable[str]) -> list[str]:
    """A sentence for each unknown variable, with the closest name that is read."""
    known = sorted(known_variables())
    close = {name: get_close_matches(name, known, n=1) for name in unknown_variables(names)}
    return [
        f"{name} is no setting and changes nothing." + (f" Did you mean {near[0]}?" if near else "")
        for name, near in close.items()
    ]
