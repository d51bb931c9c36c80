"""How long to wait for a process that is not ready yet: as long as it moves, and never longer than a limit.

A process moves when its family (itself and its children) has used CPU time, or when its log has grown. So a slow machine gets the time that
it needs, and a process that hangs is noticed before the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import psutil

LEAST_CPU_SECONDS = 0.2  # less than this within `still_seconds` is the ticking of an idle process


@dataclass(frozen=True)
class Sample:
    """What a family of processes has done so far."""

    cpu_seconds: float
    log_bytes: int


@dataclass(frozen=True)
class Patience:
    """The waiting for one process: when it began, and the last sample that showed a movement."""

    still_seconds: float
    most_seconds: float
    began: float
    moved_at: float
    sample: Sample

    @classmethod
    def begin(cls, still_seconds: float, most_seconds: float, sample: Sample, now: float) -> Patience:
        return cls(still_seconds, most_seconds, now, now, sample)

    def look(self, sample: Sample, now: float) -> Patience:
        """The patience after another look at the process."""
        used = sample.cpu_seconds - self.sample.cpu_seconds
        if used >= LEAST_CPU_SECONDS or used < 0 or sample.log_bytes != self.sample.log_bytes:
            return replace(self, moved_at=now, sample=sample)
        return self

    def verdict(self, now: float) -> str | None:
        """Why the waiting is over, or None."""
        if now - self.began > self.most_seconds:
            return f"was not ready after {self.most_seconds:.0f} s"
        if now - self.moved_at > self.still_seconds:
            return f"made no progress for {self.still_seconds:.0f} s (no CPU time, nothing new in its log)"
        return None


def sample(log: Path, *pids: int) -> Sample:
    """What the families of these processes have done so far; one that has ended counts for nothing."""
    return Sample(sum(_cpu_seconds(pid) for pid in pids), log.stat().st_size if log.exists() else 0)


def _cpu_seconds(pid: int) -> float:
    total = 0.0
    try:
        process = psutil.Process(pid)
        for member in [process, *process.children(recursive=True)]:
            times = member.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    except psutil.NoSuchProcess:
        return total
    return total
