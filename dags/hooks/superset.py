"""The connection type `parity_superset`: host is the server's URL, login and password those of a user that may import assets.

Its Test button signs in, as the push of dashboards does.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseHook

from dags.hooks.connections import IncompleteConnection, superset_login


class SupersetHook(BaseHook):
    """The server that shows the dashboards."""

    conn_name_attr = "superset_conn_id"
    default_conn_name = "superset"
    conn_type = "parity_superset"
    hook_name = "Parity Superset"

    def __init__(self, superset_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.superset_conn_id = superset_conn_id

    def get_conn(self) -> Any:
        """A session that is signed in. Raises IncompleteConnection, SupersetError."""
        from publication.superset import SupersetClient

        return SupersetClient(*superset_login(self.superset_conn_id))

    def test_connection(self) -> tuple[bool, str]:
        """Whether the user may sign in and see dashboards, in words for the person at the form."""
        from publication.superset import SupersetError

        try:
            client = self.get_conn()
            n_dashboards = client.call("GET", "/dashboard/", "Give the user the role Admin.")["count"]
        except (SupersetError, IncompleteConnection) as error:
            return False, str(error)
        except Exception as error:  # its text may quote the password
            return False, f"The connection could not be tried: {type(error).__name__}."
        return True, f"Signed in to Superset at {client.url}; the user sees {n_dashboards} dashboards."
