"""The rows of a delivery's people, apart by list. Beyond some megabytes they are on disk: memory grows with the longest list, not with the file."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Mapping

import numpy as np

from ingestion.hr.continuity.list_people import NUMBERS

# Beside what is known of its person: where a row stands, and whether its number is zeros or nines alone (`People._fillers`).
PLACES = {"row": np.int32, "table": np.int16, "filler": np.int16}
COLUMNS = NUMBERS | PLACES
IN_MEMORY = 8 << 20  # bytes
Columns = dict[str, np.ndarray]


class PeopleRows:
    """A file without a name, which goes with its process: nothing of a person is left behind."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # open as long as this is
        self._segments: dict[int, list[tuple[int, int]]] = {}  # list → where its rows begin in the file, and how many there are
        weakref.finalize(self, self._file.close)

    def lists(self) -> list[int]:
        """Those that have rows."""
        return list(self._segments)

    def add(self, list_no: int, columns: Mapping[str, np.ndarray]) -> None:
        """Rows behind those that the list has. `columns`: those of COLUMNS, of one length."""
        n = len(columns["row"])
        if not n:
            return
        start = self._file.seek(0, 2)
        for name, kind in COLUMNS.items():
            self._file.write(columns[name].astype(kind, copy=False).tobytes())
        self._segments.setdefault(list_no, []).append((start, n))

    def read(self, list_no: int) -> Columns:
        """In the order in which they were added."""
        segments = self._segments.get(list_no, [])
        columns = {name: np.empty(sum(n for _, n in segments), dtype=kind) for name, kind in COLUMNS.items()}
        n_read = 0
        for start, n in segments:
            self._file.seek(start)
            for column in columns.values():
                wanted = column[n_read : n_read + n].data.cast("B")
                if self._file.readinto(wanted) != len(wanted):
                    raise OSError("A temporary file was cut short: is its disk full?")
            n_read += n
        return columns

    def replace(self, list_no: int, columns: Mapping[str, np.ndarray]) -> None:
        """These rows instead of those that the list has."""
        self._segments.pop(list_no, None)
        self.add(list_no, columns)
