"""For tests of random examples: how many each tries. A dear one tries a fifth under `make test`, and all of them under `make test-long`."""

from __future__ import annotations

from hypothesis import settings

SOME, ALL = "some", "all"
# No deadline: the first example of a process pays for imports.
for profile in (SOME, ALL):
    settings.register_profile(profile, deadline=None)


def examples(n: int) -> int:
    """So many in the night, and a fifth of them else."""
    return n if settings.get_current_profile_name() == ALL else n // 5
