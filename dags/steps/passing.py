"""Which errors pass by themselves: the one table behind every retry of every DAG.

An outage passes: a network, a server in trouble or asking for patience, a database that is away or full, a disk that is full. Wrong data, wrong
settings and wrong rights are final: somebody mends them. Whatever is in neither list, and a catalogue that somebody may be saving this
moment, is tried a few times. Errors that say so themselves (`is_passing`) are believed.
"""

from __future__ import annotations

import errno
import re
from enum import Enum
from typing import Any


class Verdict(Enum):
    """What trying again is good for."""

    PASSES = "it may pass: tried again for twenty-five minutes"
    UNSURE = "it may pass at once, as where a file is just being saved: tried again twice"
    FINAL = "trying again would not mend it"


# The first module and class that an error is or descends from decides. Names, so that nothing heavy is imported to look at an error.
NAMED: dict[str, Verdict] = {
    "ingestion.hr.errors.FileRefused": Verdict.FINAL,
    "ingestion.hr.keys.KeyMissing": Verdict.FINAL,
    "expectations.result.GateFailed": Verdict.FINAL,
    "parity.migrate.NotMigrated": Verdict.FINAL,
    "parity.settings.MissingSetting": Verdict.FINAL,
    "parity.settings.BadSetting": Verdict.FINAL,
    "publication.history.ReleaseError": Verdict.FINAL,
    "publication.readers.ReadersError": Verdict.FINAL,
    "publication.protect.CannotBeProtected": Verdict.FINAL,
    "airflow.sdk.exceptions.AirflowNotFoundException": Verdict.FINAL,  # a connection that nobody made
    "parity.catalogue.errors.CatalogueError": Verdict.UNSURE,
    "dags.steps.catalogue.ContractAway": Verdict.UNSURE,
    "ingestion.hr.files.LocationError": Verdict.PASSES,
    "requests.exceptions.InvalidURL": Verdict.FINAL,
    "requests.exceptions.MissingSchema": Verdict.FINAL,
    "requests.exceptions.InvalidSchema": Verdict.FINAL,
    "requests.exceptions.RequestException": Verdict.PASSES,
    "urllib3.exceptions.HTTPError": Verdict.PASSES,
    "paramiko.ssh_exception.AuthenticationException": Verdict.FINAL,
    "paramiko.ssh_exception.BadHostKeyException": Verdict.FINAL,
    "paramiko.ssh_exception.SSHException": Verdict.PASSES,
    "botocore.exceptions.NoCredentialsError": Verdict.FINAL,
    "botocore.exceptions.ParamValidationError": Verdict.FINAL,
    "botocore.exceptions.BotoCoreError": Verdict.PASSES,
    "aiohttp.client_exceptions.ClientError": Verdict.PASSES,
    "builtins.UnicodeError": Verdict.FINAL,
    "builtins.EOFError": Verdict.PASSES,  # a connection that ended within an answer
    "builtins.MemoryError": Verdict.PASSES,
}
# What the system says of a path or a right. Every other error of the system is an outage: no route, no space, no answer.
FINAL_ERRNO = {
    *(
        errno.ENOENT,
        errno.EACCES,
        errno.EPERM,
        errno.EISDIR,
        errno.ENOTDIR,
        errno.EEXIST,
        errno.ENAMETOOLONG,
        errno.EINVAL,
        errno.EROFS,
    ),
    errno.ELOOP,
}
# SQLSTATE by its beginning, after the manual's appendix A: connection, resources, rollback of a transaction that others crossed, an operator's doing.
PASSING_SQLSTATE = ("08", "53", "40", "55P03", "57", "58", "25P03", "25P04")
# Where a connection is not made, libpq has words alone. A FATAL of the server is final but for these; without one the server was not reached.
PASSING_FATAL = re.compile(
    r"the database system is|not yet accepting connections|too many (clients|connections)|remaining connection slots"
    r"|terminating connection|canceling (statement|authentication)|out of memory|No space left|could not (write|extend|open file)"
)
# What dbt hands on of the database is text: the words of the same errors.
PASSING_WORDS = re.compile(
    r"connection to server|could not connect|connection refused|server closed the connection|connection already closed"
    r"|SSL connection has been closed|could not receive data|could not send data|timeout expired|could not translate host name"
    r"|deadlock detected|could not serialize|lock timeout|No space left on device|could not extend file|" + PASSING_FATAL.pattern,
    re.IGNORECASE,
)
FINAL_WORDS = re.compile(
    r"password authentication failed|no password supplied|no pg_hba.conf entry|role \".*\" does not exist|database \".*\" does not exist"
)
# Causes that a gate could not look for and that its next try would meet again.
GATE_FINAL = re.compile(r"\b(UndefinedColumn|UndefinedTable|UndefinedFunction|InsufficientPrivilege)\b")


def verdict(error: BaseException) -> Verdict:
    """What trying again is good for after this error."""
    said = getattr(error, "is_passing", None)
    if isinstance(said, bool):
        return Verdict.PASSES if said else Verdict.FINAL
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    if "psycopg.Error" in names or "psycopg2.Error" in names:
        return _of_database(error)
    if "expectations.result.GateNotRun" in names:
        return Verdict.FINAL if GATE_FINAL.search(str(error)) else Verdict.PASSES
    for name in names:
        if name in NAMED:
            return NAMED[name]
    if isinstance(error, OSError):
        return Verdict.FINAL if error.errno in FINAL_ERRNO else Verdict.PASSES
    return Verdict.UNSURE


def _of_database(error: Any) -> Verdict:
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if state:
        return Verdict.PASSES if state.startswith(PASSING_SQLSTATE) else Verdict.FINAL
    if type(error).__name__ != "OperationalError":
        return Verdict.UNSURE
    return Verdict.PASSES if passes_in_words(str(error)) or "FATAL" not in str(error) else Verdict.FINAL


def passes_in_words(message: str) -> bool:
    """Whether a database's message, as text alone, tells of something that passes."""
    if FINAL_WORDS.search(message):
        return False
    if "FATAL:" in message:
        return bool(PASSING_FATAL.search(message))
    return bool(PASSING_WORDS.search(message))
