"""One error for everything that a KoboToolbox server can answer wrongly; its message says what to do."""

from __future__ import annotations

import requests

REMEDIES = {
    401: "The token is wrong or revoked: copy it anew from the account's Security page into the connection `kobo`.",
    301: "The address redirects: put the one it leads to, with https, into the connection `kobo`.",
    302: "The address redirects (to a login page?): put the API server's own address into the connection `kobo`.",
    403: "The account may not do this: give it the right to view submissions (and 'manage project' for the history).",
    404: "Not found, or the token has no access to it: check the server's address and the project's sharing.",
    410: "This server has removed API v1: use its API v2 address.",
    429: "The server asks for fewer requests, and went on asking: try again later.",
}


class KoboError(RuntimeError):
    """A request failed; `response` is attached where there was one."""

    def __init__(self, what: str, remedy: str, response: requests.Response | None = None) -> None:
        super().__init__(f"{what}. {remedy}")
        self.remedy = remedy
        self.response = response


class KoboDown(KoboError):
    """The server did not answer a question, so nothing was read and nothing changed."""


def from_response(response: requests.Response) -> KoboError:
    """The error that a response other than 2xx means."""
    method, url = response.request.method, response.url.split("?")[0]
    what = f"{method} {url} answered {response.status_code} {response.reason}"
    if response.status_code == 400 and "not been deployed" in response.text:
        return KoboError(what, "The form is not deployed: deploy it in KoboToolbox first.", response)
    if response.status_code >= 500:
        return KoboError(what, "The server is in trouble: try again later, or ask its operator.", response)
    return KoboError(what, REMEDIES.get(response.status_code, "See the server's answer."), response)
