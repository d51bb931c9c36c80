"""Where the address of a server and its token were given, so that a message names the variable, the file or the connection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where address and token came from, in the words with which a message sends somebody there."""

    address: str = "the argument `url`"
    token: str = "the argument `token`"  # nosec B105  # a place
