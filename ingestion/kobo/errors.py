"""One error for everything that a KoboToolbox server can answer wrongly; its message names the server and says what to do.

No message holds what a server answered, nor anything behind the `?` of an address: a secret may stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import responses
from urllib.parse import SplitResult, urlsplit

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.exceptions import TimeoutError as TookTooLong

from ingestion.kobo.origin import Origin

# {address} and {token} say where the value came from.
REMEDIES = {
    401: "The API token is wrong or revoked: copy it anew from the account's Security page on that server into {token}.",
    403: "The token's account may not do this: give it the right 'View submissions' (and 'Manage project' for the history).",
    404: "Not found, or the token has no access to it: check the address in {address} and the project's sharing.",
    410: "This server has removed API v1: use its API v2 address in {address}.",
    429: "The server asks for fewer requests, and went on asking: try again later.",
}
PATIENCE = (408, 425, 429)  # took too long, came too early, came too often
WRITES = "The token's account may not do this: give it the right to edit the form and its submissions."
LOCKED = "The server has locked the token's account until its password is changed: log in there and change it."
REDIRECTS = "The address redirects (to a login page?): put the API server's own address into {address}."
NETWORK = "Check the address in {address} and the network; what was loaded stays as it is."


class KoboError(RuntimeError):
    """A request failed; `response` is attached where there was one."""

    def __init__(self, what: str, remedy: str, response: requests.Response | None = None) -> None:
        super().__init__(f"{what}{'' if what.endswith('?') else '.'} {remedy}")
        self.what = what
        self.remedy = remedy
        self.response = response

    @property
    def status(self) -> int | None:
        """The status of the response, where there was one."""
        return None if self.response is None else self.response.status_code

    @property
    def is_passing(self) -> bool:
        """Whether waiting may mend it: the server is in trouble or asks for patience."""
        return self.status is not None and (self.status >= 500 or self.status in PATIENCE)


class KoboDown(KoboError):
    """The server did not answer a question, so nothing was read and nothing changed."""

    @property
    def is_passing(self) -> bool:
        return True


class KoboSetting(KoboError):
    """The address or the token is wrong; the message says where it was given. Trying again is of no use."""


class CutOff(KoboError):
    """The server said that more submissions are there, and sent none: `n_left` of them. Whatever is not seen, is not gone."""

    def __init__(self, url: str, n_left: int) -> None:
        super().__init__(
            f"{url} said that {n_left:,} more submissions are there, and sent none of them",
            "Try again later. If it stays so, ask the server's operator to bring its MongoDB up to date (remongo).",
        )
        self.n_left = n_left

    @property
    def is_passing(self) -> bool:
        return True


class NoForms(KoboError):
    """The account sees no form that a contract names."""


class DatabaseFailed(KoboError):
    """The warehouse failed within one form's work. Waiting may mend it; the other forms' reports are kept."""

    @property
    def is_passing(self) -> bool:
        return True


class LandingFailed(KoboError):
    """The landing could not keep a page, so that nothing of the form was changed. Waiting may mend it; the other forms' reports are kept."""

    @property
    def is_passing(self) -> bool:
        return True


def from_response(response: requests.Response, origin: Origin) -> KoboError:
    """The error that a response other than 2xx means."""
    method, url, status = response.request.method, (response.request.url or "").split("?")[0], response.status_code
    what = f"{method} {url} answered {status} {responses.get(status, '')}".rstrip()
    if 300 <= status < 400:
        return _redirect(what, url, response, origin)
    if status == 400 and "not been deployed" in response.text:
        return KoboError(what, "The form is not deployed: deploy it in KoboToolbox first.", response)
    if status == 403 and "access is restricted" in response.text:
        return KoboError(what, LOCKED, response)
    if status >= 500:
        return KoboError(what, "The server is in trouble: try again later, or ask its operator.", response)
    if status == 403 and method != "GET":
        return KoboError(what, WRITES, response)
    kind = KoboSetting if status == 401 else KoboError
    return kind(what, _filled(REMEDIES.get(status, "Ask the server's operator what it does not accept."), origin), response)


def from_failure(error: Exception, url: str, origin: Origin) -> KoboDown:
    """The error that a question without an answer means."""
    broke_within = isinstance(error, requests.exceptions.ChunkedEncodingError)
    why, remedy = _why(error)
    return KoboDown(f"{url} {'broke off its answer' if broke_within else 'did not answer'} ({why})", _filled(remedy, origin))


def _why(error: Exception) -> tuple[str, str]:
    """Why a request had no answer, and the remedy. Only kinds are told: texts of libraries quote headers and proxies."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not pass the request on", "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and the proxy's login."
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "no https that is trusted",
            "Check the address in {address}, and the certificate: REQUESTS_CA_BUNDLE names the file of an authority of your own.",
        )
    if isinstance(reason, NameResolutionError):
        return "no machine has that name", NETWORK
    if isinstance(reason, NewConnectionError):  # a kind of timeout to urllib3
        return "nothing listens there, or a firewall stands before it", NETWORK
    if isinstance(error, requests.exceptions.Timeout) or isinstance(reason, TookTooLong):
        return "it took too long", NETWORK
    return type(error).__name__, NETWORK


def _redirect(what: str, url: str, response: requests.Response, origin: Origin) -> KoboSetting:
    """Names the host that a redirect leads to, but nothing behind it: a login or a token may stand there."""
    here, there = urlsplit(url), location(response.headers)
    host = there.netloc.rpartition("@")[2]
    if not host or (there.scheme, host) == (here.scheme, here.netloc):
        return KoboSetting(what, _filled(REDIRECTS, origin), response)
    target = f"{there.scheme or here.scheme}://{host}"
    return KoboSetting(
        f"{what} and redirects to {target}",
        f"If that is the KoboToolbox server, put {target} into {origin.address}.",
        response,
    )


def location(headers: Mapping[str, str]) -> SplitResult:
    """Where a redirect leads; nowhere where it does not say, or says what is no address."""
    try:
        return urlsplit(headers.get("Location", ""))
    except ValueError:
        return urlsplit("")


def _filled(remedy: str, origin: Origin) -> str:
    return remedy.replace("{address}", origin.address).replace("{token}", origin.token)
