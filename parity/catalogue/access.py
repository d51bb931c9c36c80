"""Who may read what in the readers' database, as `catalogue/access.yml` states it: roles, their limits, and the masked tables that each sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from parity.catalogue.entry import Entry
from parity.catalogue.errors import CatalogueError, line_of
from parity.catalogue.loader import read_file
from parity.settings import REPOSITORY

FILE = "access.yml"
RELEASE = "published"  # the schema whose tables the release makes; the others hold layers of the warehouse
COUNTS = ("count", "per cent")
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)]
Reason = Annotated[str, StringConstraints(min_length=10)]
Only = dict[Name, list[str]]
Mask = Literal["as it is", "count", "per cent", "share", "step", "day", "earliest", "latest", "order"]


class Column(Entry):
    """How a column is shown, and why that tells of nobody. publication/masks.py says what each mask does.

    `of`: the counts that a per cent is computed from, or the respondents of a share. `step`: shown values are multiples of it. `within`: what
    an order counts anew in. `needs`: a count; where it is not shown, this is empty. `only`: column → words; where others stand there, this is empty.
    """

    shown: Mask = "as it is"
    """How the column is shown."""
    of: list[Name] = []
    """The counts that a per cent is computed from, or the respondents of a share."""
    step: float | None = Field(default=None, gt=0)
    """Shown values are multiples of it."""
    within: list[Name] = []
    """Columns within which an order counts anew."""
    needs: Name | None = None
    """A count: where it is not shown, this column is empty."""
    only: Only = {}
    """A column with the words for which this column is shown; elsewhere it is empty."""
    why: Reason
    """Why it tells of nobody."""

    @model_validator(mode="after")
    def says_what_its_mask_needs(self) -> Self:
        wanted = {"per cent": 2, "share": 1}.get(self.shown, 0)
        if len(self.of) != wanted:
            raise ValueError(f"'{self.shown}' is of {wanted} columns: name so many under 'of'")
        if (self.step is not None) != (self.shown in ("share", "step")):
            raise ValueError("'step' goes with 'share' and 'step', and they with it")
        if bool(self.within) != (self.shown == "order"):
            raise ValueError("'within' goes with 'order', and it with 'within'")
        return self


class Table(Entry):
    """`columns` are copied. `only` and `needs` leave out rows: those with other words, those whose count is not shown. `left_out` is for people."""

    columns: dict[Name, Column] = Field(min_length=1)
    """The columns that are copied."""
    only: Only = {}
    """A column with the words for which rows are copied."""
    needs: Name | None = None
    """A count: rows where it is not shown are left out."""
    why_rows: Reason | None = None
    """Why rows are left out."""
    left_out: dict[Name, Reason] = {}
    """Columns that are not copied, each with the reason."""

    @model_validator(mode="after")
    def names_columns_that_are_there(self) -> Self:
        counts = {name for name, column in self.columns.items() if column.shown == "count"}
        if self.needs and self.needs not in counts:
            raise ValueError(f"needs: '{self.needs}' is no column shown as a count")
        for name, column in self.columns.items():
            for other in (*column.of, *([column.needs] if column.needs else [])):
                if other not in counts:
                    raise ValueError(f"{name}: '{other}' is no column shown as a count")
            for other in column.within:
                if other not in self.columns:
                    raise ValueError(f"{name}: there is no column '{other}'")
        if both := set(self.columns) & set(self.left_out):
            raise ValueError(f"{', '.join(sorted(both))}: either a column or left out, not both")
        if (self.only or self.needs) and not self.why_rows:
            raise ValueError("say under 'why_rows' why rows are left out")
        return self


class Limits(Entry):
    """The limits of one role: sessions at a time, seconds of a statement and of an idle transaction, megabytes of temporary files of a session."""

    connections: int = Field(ge=1, le=100)
    """Sessions at a time."""
    statement_seconds: int = Field(ge=1)
    """Seconds after which a statement is stopped."""
    idle_seconds: int = Field(ge=1)
    """Seconds after which an idle transaction is ended."""
    temp_file_mb: int = Field(ge=1)
    """Megabytes of temporary files of a session."""


class Role(Entry):
    """`login` is the name by which an instance makes it; an address of one's own may have another."""

    login: Name
    """Name by which an instance makes the role."""
    schema_name: Name = Field(alias="schema")
    """The schema that it reads."""
    purpose: Reason
    """Who reads it, and what for."""
    limits: Limits
    """Limits of the role."""
    tables: dict[Name, Table] = {}
    """Tables that it sees."""
    left_out: dict[Name, Reason] = {}
    """Tables that it does not see, each with the reason."""

    @model_validator(mode="after")
    def names_tables_of_a_layer(self) -> Self:
        if (self.schema_name == RELEASE) == bool(self.tables):
            raise ValueError(f"the release says what stands in '{RELEASE}', and 'tables' say it of every other schema")
        if both := set(self.tables) & set(self.left_out):
            raise ValueError(f"{', '.join(sorted(both))}: either a table or left out, not both")
        return self


class Access(Entry):
    roles: dict[Name, Role] = Field(min_length=1)
    """The roles of the readers' database."""

    @model_validator(mode="after")
    def gives_each_role_a_schema_of_its_own(self) -> Self:
        for field in ("login", "schema_name"):
            values = [getattr(role, field) for role in self.roles.values()]
            if twice := {value for value in values if values.count(value) > 1}:
                raise ValueError(f"two roles have the {field.removesuffix('_name')} {', '.join(sorted(twice))}")
        return self

    def layer(self, schema: str) -> Role:
        """The role of a layer of the warehouse. Raises KeyError."""
        return {role.schema_name: role for role in self.roles.values() if role.tables}[schema]


def load_access(catalogue: Path) -> Access:
    """Raises CatalogueError, with file, line, field and remedy."""
    return read_file(access_file(catalogue), Access)


def access_file(catalogue: Path) -> Path:
    """That of the catalogue, or our own: a catalogue of somebody's own may be older than the file, and readers need roles to start with."""
    own = catalogue / FILE
    return own if own.exists() else REPOSITORY / "catalogue" / FILE


def named_columns(role: Role) -> Iterator[tuple[str, str]]:
    """(table, column) of each column that is read, those that only sort rows out included."""
    for name, table in role.tables.items():
        used = {*table.columns, *table.only, *(other for column in table.columns.values() for other in column.only)}
        yield from ((name, column) for column in sorted(used))


def missing(catalogue: Path, role: Role, standing: dict[str, set[str]]) -> CatalogueError | None:
    """What the file names and the warehouse lacks; `standing` are the columns of each table of the role's schema there."""
    path, faults = access_file(catalogue), []
    [name] = [name for name, other in load_access(catalogue).roles.items() if other.schema_name == role.schema_name]
    for table in role.tables:
        place = ("roles", name, "tables", table)
        if table not in standing:
            faults.append(
                f"{path}:{line_of(path, place)}: {'.'.join(place)}: the warehouse has no table {role.schema_name}.{table}. Take it out of "
                f"the file, or bring it back in dbt/models/{role.schema_name}/."
            )
    for table, column in named_columns(role):
        spot = ("roles", name, "tables", table, "columns", column)
        if table in standing and column not in standing[table]:
            faults.append(
                f"{path}:{line_of(path, spot)}: {'.'.join(spot)}: the table {role.schema_name}.{table} has no such column. Take it out of "
                f"the file, or bring it back in dbt/models/{role.schema_name}/{table}.sql."
            )
    return CatalogueError(faults) if faults else None
