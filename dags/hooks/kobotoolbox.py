"""The connection type `kobotoolbox`: host is the server's URL, password the API token.

The Test button asks the server who we are. A wrong token shows only on `/me/`: lists of
forms answer 200 with nothing in them to whoever is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from dags.hooks.connections import IncompleteConnection, server_url

if TYPE_CHECKING:
    from ingestion.kobo.client import KoboClient


class KoboToolboxHook(BaseHook):
    """Gives tasks a `KoboClient`; the form's labels are in `dags.provider`."""

    conn_name_attr = "kobo_conn_id"
    default_conn_name = "kobo"
    conn_type = "kobotoolbox"
    hook_name = "KoboToolbox"

    def __init__(self, kobo_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.kobo_conn_id = kobo_conn_id

    def get_conn(self, **options: Any) -> KoboClient:
        """A client of the connection's server; `options` go to `KoboClient`."""
        from ingestion.kobo.client import KoboClient
        from ingestion.kobo.origin import Origin

        connection = self.get_connection(self.kobo_conn_id)
        if not connection.host:
            raise IncompleteConnection(self.kobo_conn_id, "server URL")
        if not connection.password:
            raise IncompleteConnection(self.kobo_conn_id, "API token")
        url = server_url(connection.host, connection.port) if connection.port else connection.host
        named = f"the Airflow connection `{self.kobo_conn_id}`"
        origin = Origin(f"{named} (Server URL)", f"{named} (API token)")
        return KoboClient(url, connection.password, origin=origin, **options)

    def test_connection(self) -> tuple[bool, str]:
        """Whether server and token work, in words for the person at the form."""
        from ingestion.kobo.errors import KoboError

        try:
            return True, f"Connected as {self.get_conn(retries=0).me()['username']}."
        except (KoboError, IncompleteConnection) as error:
            return False, str(error)
        except Exception as error:  # its text may quote the token
            return False, f"The connection could not be tried: {type(error).__name__}."
