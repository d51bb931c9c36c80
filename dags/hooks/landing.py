"""The connection type `parity_landing`: host is a folder or the URL of a bucket; for object storage login is the access key and password its secret.

Its Test button writes a probe, reads it back and deletes it, as every delivery needs the first two and an erasure the third.
"""

from __future__ import annotations

import uuid
from typing import Any

from airflow.sdk import BaseHook

from dags.hooks.connections import IncompleteConnection, landing_place
from parity.settings import BadSetting

PROBE = b"Parity tries whether it may write here. This file may be deleted.\n"


class LandingHook(BaseHook):
    """Where what sources sent is kept, verbatim."""

    conn_name_attr = "landing_conn_id"
    default_conn_name = "landing"
    conn_type = "parity_landing"
    hook_name = "Parity landing"

    def __init__(self, landing_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.landing_conn_id = landing_conn_id

    def get_conn(self) -> tuple[Any, str]:
        """The file system, and the landing's root in it. Raises IncompleteConnection, BadSetting, and whatever the file system raises."""
        import fsspec

        place = landing_place(self.landing_conn_id)
        return fsspec.core.url_to_fs(place.url, **place.options())

    def test_connection(self) -> tuple[bool, str]:
        """Whether Parity may write, read and delete there, in words for the person at the form."""
        step = "reached"
        try:
            files, root = self.get_conn()
            path = f"{root.rstrip('/')}/.parity-probe-{uuid.uuid4().hex}"
            step = "written to"
            files.makedirs(root, exist_ok=True)
            files.pipe_file(path, PROBE)
            try:
                step = "read"
                if files.cat_file(path) != PROBE:
                    return False, f"{root} gives back something else than was written there."
            finally:
                step = f"{step}, or nothing can be deleted there" if step == "read" else step
                files.rm_file(path)
        except (IncompleteConnection, BadSetting) as error:
            return False, str(error)
        except Exception as error:  # each file system raises its own, and its text may quote a key
            return (
                False,
                f"The landing cannot be {step}: {type(error).__name__}. Check host, access key and secret, and their rights.",
            )
        return True, f"A probe was written to {root}, read back and deleted."
