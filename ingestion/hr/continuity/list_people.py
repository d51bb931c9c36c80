"""The people of one list as columns of numbers: what two lists are compared by, and the compact copy that is kept of an agency's newest list.

A person takes 27 bytes. `person` is made of the pseudonym and the agency, so a copy is as confidential as the rows that it was made of, and a new
key makes it useless.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parity.catalogue import HrContract

WORDS = ("sex", "rank", "unit")  # columns of texts: places among the texts that occur, 0 for none
NUMBERS = {
    "person": np.uint64,
    **dict.fromkeys(WORDS, np.int32),
    "birth_year": np.int16,
    "hire_date": np.int32,  # ordinal of the day; 0: not known, as of the year of birth
    "is_in_post": np.uint8,
}
MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
LEFT = b"left"
Texts = tuple[str | None, ...]


@dataclass(frozen=True)
class ListPeople:
    """One entry a person, by `person`. `columns`: those of NUMBERS. `words`: column → its texts, the first None. `left`: codes that mean so."""

    columns: Mapping[str, np.ndarray]
    words: Mapping[str, Texts]
    left: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.columns["person"])

    @classmethod
    def of_rows(cls, columns: Mapping[str, np.ndarray], words: Mapping[str, Texts], left: tuple[str, ...]) -> ListPeople:
        """Of rows in any order: of several rows of a person the one in post counts, then the earliest hire."""
        person = columns["person"]
        # Rows in order are taken as they are, without a copy.
        order = np.argsort(person, kind="stable") if (person[1:] < person[:-1]).any() else slice(None)
        in_order = person[order]
        if (in_order[1:] == in_order[:-1]).any():
            hire = columns["hire_date"]
            order = np.lexsort((np.where(hire == 0, np.iinfo(hire.dtype).max, hire), 1 - columns["is_in_post"], person))
            in_order = person[order]
            order = order[np.concatenate([[True], in_order[1:] != in_order[:-1]])]
        return cls({name: columns[name][order] for name in NUMBERS}, words, left)

    def as_bytes(self) -> bytes:
        """In Arrow's stream format, compressed, with the texts as dictionaries."""
        fields = {
            name: pa.DictionaryArray.from_arrays(column, pa.array(self.words[name], pa.string()))
            if name in WORDS
            else pa.array(column)
            for name, column in self.columns.items()
        }
        batch = pa.RecordBatch.from_arrays(list(fields.values()), names=list(fields)).replace_schema_metadata(
            {LEFT: json.dumps(self.left)}
        )
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
            stream.write_batch(batch)
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> ListPeople:
        with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
            [batch] = stream
        columns, words = {}, {}
        for name in NUMBERS:
            column = batch.column(name)
            if name in WORDS:
                words[name] = tuple(column.dictionary.to_pylist())
                column = column.indices
            columns[name] = column.to_numpy()
        return cls(columns, words, tuple(json.loads(batch.schema.metadata[LEFT])))


def left_codes(contract: HrContract) -> tuple[str, ...]:
    """The codes that say of a row that its person has left."""
    return tuple(sorted(code for code, meaning in contract.active_codes.items() if meaning == "left"))


def person_numbers(keys: pa.Array) -> np.ndarray:
    """64 bits of each pseudonym, of 32 hex digits; a row without one has findings. The agency's number is to be mixed in (`number_of`)."""
    texts = pc.fill_null(keys, "0" * 32)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    words = np.frombuffer(texts.buffers()[2], dtype=np.uint64)[4 * texts.offset : 4 * (texts.offset + len(texts))].reshape(-1, 4)
    return words[:, 0] * MIX[0] ^ words[:, 1] * MIX[1]


def number_of(text: str) -> np.uint64:
    """64 bits of a text."""
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))


def coded(texts: pa.Array) -> tuple[np.ndarray, Texts]:
    """Places among the texts that occur, and these: the first is None."""
    found = pc.dictionary_encode(texts)
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    places = pc.fill_null(pc.add(found.indices.cast(pa.int32()), 1), 0)
    return places.to_numpy(), (None, *found.dictionary.to_pylist())
