"""What a command works on: which instance, warehouse, readers' database, landing, keys and catalogue. Each is found here and nowhere else.

A `PARITY_*` variable wins. Without it, the instance of `PARITY_HOME` is asked, or the sample instance of this checkout. What is
missing ends the command with a sentence that says how to get it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from cli.exit_codes import ExitCode
from cli.output import complain, fail
from parity.settings import REPOSITORY, BadSetting, Settings

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from ingestion.hr.keys import KeyRing
    from ingestion.landing import Landing
    from parity.catalogue import Catalogue
    from publication.readers import Readers
    from stack.environment import ReaderRole
    from stack.instance import Instance


@dataclass(frozen=True)
class Context:
    """The answers for one command. `as_json`: a failure is printed as JSON, too."""

    settings: Settings
    as_json: bool = False

    def instance(self, name: str | None = None) -> Instance:
        """The instance that `PARITY_HOME` names, else the one of that name below `.parity/`; it may never have been started."""
        from stack.instance import Instance

        if name and not self.settings.is_set("PARITY_HOME"):
            return Instance(REPOSITORY / ".parity" / name)
        return Instance(self.settings.home)

    @cached_property
    def started(self) -> Instance:
        """The instance, which was started at some time and so has ports and secrets."""
        instance = self.instance()
        if not instance.ports:
            self._stop("No instance has been started here: run `make demo` or `parity up` first.", ExitCode.CANNOT_RUN)
        return instance

    @cached_property
    def warehouse_url(self) -> str:
        return self.settings.warehouse_url or self.started.warehouse_url

    @contextmanager
    def warehouse(self, application: str) -> Iterator[psycopg.Connection]:
        """A connection to the warehouse, whose tables are those of this code. A database that does not answer ends the command."""
        import psycopg

        from parity.database import connect
        from parity.migrate import require_migrated

        try:
            with connect(self.warehouse_url, application=application) as connection:
                require_migrated(connection)
                yield connection
        except BadSetting as error:
            self._stop(error, ExitCode.WRONG_INPUT)
        except psycopg.OperationalError as error:
            self._stop(
                f"A database does not answer: {str(error).strip()} Run `parity up`, or correct PARITY_WAREHOUSE_URL and PARITY_READER_URL.",
                ExitCode.CANNOT_RUN,
            )

    def reader_url(self, role: ReaderRole = "reader") -> str:
        """The address of the readers' database for a role. The environment names both databases or none."""
        from stack.environment import READERS

        setting = READERS[role][1]
        if url := self.settings.get(setting):
            return url
        if self.settings.warehouse_url:
            self._stop(
                f"PARITY_WAREHOUSE_URL is set and {setting} is not: set it to the address of the readers' database.",
                ExitCode.WRONG_INPUT,
            )
        if url := self.started.reader_urls.get(role):
            return url
        self._stop(
            f"The role {role} is younger than the last start of this instance: run `parity up` first.", ExitCode.CANNOT_RUN
        )

    def readers(self) -> Readers:
        """The readers' database with the login of its owner, the warehouse's."""
        from publication.readers import Readers

        return Readers.of(self.warehouse_url, self.reader_url())

    @cached_property
    def landing(self) -> Landing:
        from ingestion.landing import Landing
        from parity.landing_place import landing_place

        return Landing.at(landing_place(self.settings))

    @cached_property
    def keys(self) -> KeyRing:
        """The agencies' keys, with which people become pseudonyms."""
        from ingestion.hr.keys import KeyRing

        return KeyRing(self.settings.hr_keys)

    @property
    def catalogue_folder(self) -> Path:
        return self.settings.catalogue

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue without fault; a contract of staff files that has one is named and left out."""
        from parity.catalogue import CatalogueError, load_catalogue

        try:
            catalogue = load_catalogue(self.catalogue_folder)
        except CatalogueError as error:
            self._stop(error, ExitCode.WRONG_INPUT)
        for line in catalogue.set_aside_lines():
            complain(line)
        return catalogue

    def _stop(self, why: object, code: ExitCode) -> NoReturn:
        fail(why, code, as_json=self.as_json)


def here(as_json: bool = False) -> Context:
    """The context of the environment as it is now."""
    return Context(Settings.from_env(), as_json)
