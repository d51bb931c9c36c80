"""What a file that cannot be loaded says to the person who sent it: file, place, field, remedy."""

from __future__ import annotations


class FileRefused(Exception):
    """The whole file is refused, and nothing of it was loaded."""

    def __init__(self, file: str, what: str, remedy: str, *, sheet: str | None = None, row: int | None = None) -> None:
        where = "".join([f", sheet '{sheet}'" if sheet else "", f", row {row}" if row else ""])
        super().__init__(f"{file}{where}: {what}. {remedy}")
        self.file, self.sheet, self.row, self.what, self.remedy = file, sheet, row, what, remedy

    def as_dict(self) -> dict[str, str | int | None]:
        """The parts of the message, for machines."""
        return {"message": str(self), **vars(self)}


class FileNotReadable(FileRefused):
    """The file is gone or closed to us, so that nothing of it was judged."""
