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

        connection = self.get_connection(self.kobo_conn_id)
        if not connection.host:
            raise IncompleteConnection(self.kobo_conn_id, "server URL")
        if not connection.password:
            raise IncompleteConnection(self.kobo_conn_id, "API token")
        return KoboClient(server_url(connection.host, connection.port), connection.password, **options)

    def test_connection(self) -> tuple[bool, str]:
        """Whether server and token work, in words for the person at the form."""
        try:
            me = self.get_conn(retries=0).me()
        except Exception as error:
            return False, str(error)
        if not me.get("username"):
            return (
                False,
                "The server answers but does not know this token: copy it anew from the account's Security page.",
            )
        return True, f"Connected as {me['username']}."
