"""The steps of `build_warehouse` around dbt: gates, candidate, publication, and the push to Superset.

A failed gate is not retried: the same data fails again. Nothing here touches `published` but `publish`.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from dags.hooks.connections import readers_url, superset_target, warehouse_url
from dags.steps.refusal import no_retry_for
from dags.steps.warehouse import migrated_warehouse_url, open_warehouse

if TYPE_CHECKING:
    from parity.build_state import Inputs


def pass_gate(gate: str) -> dict[str, Any]:
    """Run all suites of the gate in one process, as importing Great Expectations costs seconds."""
    from expectations import GateFailed, run_gate
    from parity.settings import Settings
    from publication.review import record_verdict

    url = migrated_warehouse_url(f"parity gate {gate}")
    with no_retry_for(GateFailed):
        result = run_gate(gate, url, record_verdict, pages=Settings.from_env().gate_pages)
    for failure in result.failures:
        logging.getLogger(__name__).warning("%s: %s", failure.state, failure)
    n_accepted, n_warnings = (len(result.of_state(state)) for state in ("accepted", "warning"))
    return {"gate": gate, "n_checks": result.n_checks, "n_accepted": n_accepted, "n_warnings": n_warnings}


def new_inputs(*, force: bool) -> dict[str, Any] | None:
    """All that a build reads, as hashes; None where the last complete build had the same.

    Which deliveries count hangs on what was published, too: a release or a rollback may free a list that waited.
    """
    from parity.build_state import is_unchanged, read_inputs
    from parity.catalogue.policy import load_policy
    from parity.settings import Settings
    from publication.effective import decide_now, version_of

    catalogue = Settings.from_env().catalogue
    with open_warehouse("parity build") as connection:
        deliveries = version_of(decide_now(connection, load_policy(catalogue)))
        inputs = replace(read_inputs(connection, catalogue=catalogue), deliveries=deliveries)
        return None if is_unchanged(connection, inputs.version) and not force else asdict(inputs)


def decide_deliveries() -> dict[str, int]:
    """Decide which deliveries count, for dbt and for the release; returns how many lists count, and how many wait."""
    from parity.catalogue.policy import load_policy
    from parity.settings import Settings
    from publication.effective import decide_and_store

    with open_warehouse("parity deliveries") as connection:
        decisions = decide_and_store(connection, load_policy(Settings.from_env().catalogue))
    n_waiting = sum(decision.waits for decision in decisions)
    if n_waiting:
        logging.getLogger(__name__).info("%s lists wait: `parity release pending` says why.", n_waiting)
    return {"n_lists": len(decisions), "n_waiting": n_waiting}


def remember_inputs(inputs: dict[str, Any]) -> None:
    """The build is complete: the next one is compared with what it was made of."""
    from expectations.compared import keep_as_built
    from parity.build_state import remember

    if (known := _known(inputs)) is not None:
        with open_warehouse("parity build") as connection:
            remember(connection, known.version)
            keep_as_built(connection)


def build_candidate(inputs: dict[str, Any]) -> int:
    """The new candidate's id, or the current release's where nothing changed."""
    from publication import releases
    from publication.history import ReleaseError

    with no_retry_for(ReleaseError), open_warehouse("parity candidate") as connection:
        return releases.build_candidate(connection, inputs=_known(inputs))


def _known(inputs: dict[str, Any] | str) -> Inputs | None:
    """None where an upgrade came between: a run that the version before began left one hash of everything."""
    from parity.build_state import Inputs

    return Inputs(**inputs) if isinstance(inputs, dict) else None


def publish(release_id: int) -> int:
    from publication import releases
    from publication.history import ReleaseError
    from publication.readers import Readers

    readers = Readers.of(warehouse_url(), readers_url())
    with no_retry_for(ReleaseError), open_warehouse("parity publish") as connection:
        releases.publish(connection, release_id, readers)
    return release_id


def copy_layer(layer: str) -> dict[str, int]:
    """The rows of each table of the layer that readers see now."""
    from parity.settings import Settings
    from publication import layers
    from publication.readers import Readers, ReadersError

    url = migrated_warehouse_url("parity publish")
    with no_retry_for(ReadersError):
        return layers.copy_layer(url, Readers.of(url, readers_url()), layer, Settings.from_env().catalogue)


def push_superset() -> None:
    """The dashboards, and the release where the readers' database lost it: an unchanged build publishes nothing."""
    from parity.settings import Settings
    from publication import superset
    from publication.readers import Readers, bring_up_to_date

    with open_warehouse("parity publish") as connection:
        bring_up_to_date(connection, Readers.of(warehouse_url(), readers_url()))
    target = superset_target()
    superset.await_server(target.url)
    superset.push(Settings.from_env().superset_assets, target.url, target.user, target.password, target.readers_url)
