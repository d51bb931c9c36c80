"""When a task is tried again: pauses that double from half a minute to ten, for what passes (`dags.steps.passing`), and none for wrong data.

Six retries wait 25 minutes in all, so that an outage of ten minutes is over two retries before the last. Airflow asks the policy in the task's own
process. Where that process was killed, nobody can ask it, and the same pauses hold by the DAG's defaults.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from airflow.sdk import RetryDecision, RetryPolicy

from dags.steps.passing import Verdict, verdict

FIRST, LONGEST = dt.timedelta(seconds=30), dt.timedelta(minutes=10)
RETRIES = 6
FEW = 2  # for what may be a file that is being saved, or a fault of ours


def pause(try_number: int) -> dt.timedelta:
    """How long to wait after the try of that number, counted from 1."""
    return min(FIRST * 2 ** (try_number - 1), LONGEST)


class PauseForOutages(RetryPolicy):
    """Waits longer each time for what passes, tries twice what may pass, and gives up at once on what is final.

    Airflow counts the tries of a task that somebody cleared on from those before; the pauses begin anew.
    """

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        found, attempt = verdict(exception), max(1, try_number - max(0, max_tries - RETRIES))
        if found is Verdict.FINAL or (found is Verdict.UNSURE and attempt > FEW):
            return RetryDecision.fail(reason=Verdict.FINAL.value)
        return RetryDecision.retry(pause(attempt), reason=found.value)

    def serialize(self) -> dict[str, Any]:
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Self:
        return cls()


BACKOFF: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": FIRST,
    "retry_exponential_backoff": 2,
    "max_retry_delay": LONGEST,
    "retry_policy": PauseForOutages(),
}
