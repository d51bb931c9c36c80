"""A client of KoboToolbox's API v2 that is never empty on failure.

One session with timeout and retries (429, 5xx, connections that break before or within an answer; Retry-After is honoured up to
RETRY_AFTER_SECONDS); the token travels in the header only, and no link in an answer is followed, so it never reaches another host.
A server that moves http to https is asked so without the token, which then goes over https alone.
Submissions are paged by key: `_id` ascending stays right while others submit, edit or delete, which paging by offset does not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from ingestion.kobo.errors import CutOff, KoboError, KoboSetting, from_failure, from_response, location
from ingestion.kobo.login import EXAMPLE, is_here, read_address, read_token
from ingestion.kobo.origin import Origin

TIMEOUT_SECONDS = (10, 130)  # the server gives up on a request after 120 s
RETRY_AFTER_SECONDS = 300
MATCHES_A_REQUEST = 50
# What requests raises where there is no answer: its own errors, and what it lets through of the layers below.
NO_ANSWER = (requests.RequestException, HTTPError, OSError, ValueError)
SUBMISSION_ACTIONS = ("add-submission", "modify-submission", "delete-submission")
PAGE_SIZE = 1000  # the server's cap; older ones allow more, newer ones may allow less


@dataclass(frozen=True)
class Page:
    """One answer of the data endpoint: the bytes as sent, its records, and how many match the query on the server."""

    body: bytes
    records: list[dict[str, Any]]
    count: int


class Token(requests.auth.AuthBase):
    """The header of a token, set last, so that a netrc entry for the host cannot replace it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self._token}"
        return request


class KoboClient:
    """API v2 of the server at `url`, with the rights of `token`; both may be as pasted. Raises KoboSetting where they cannot be meant.

    `origin` says in messages where the two came from.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        origin: Origin | None = None,
        retries: int = 4,
        page_size: int = PAGE_SIZE,
        session: requests.Session | None = None,
    ) -> None:
        self.page_size = page_size
        self.origin = origin or Origin()
        self.url = read_address(url, self.origin.address)
        self.retries = retries
        self.session = session or requests.Session()
        retry = Retry(
            total=retries,
            backoff_factor=0.5,
            backoff_max=60,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods={"GET"},
            respect_retry_after_header=True,
            retry_after_max=RETRY_AFTER_SECONDS,
            raise_on_status=False,
        )
        if session is None:
            self.session.mount("http://", HTTPAdapter(max_retries=retry))
            self.session.mount("https://", HTTPAdapter(max_retries=retry))
        self.session.auth = Token(read_token(token, self.origin.token))
        self.session.headers["Accept"] = "application/json"
        self.server_time: str | None = None  # when the server gave its last answer, by its own clock, ISO 8601 in UTC
        self._account: str | None = None
        self._may_be_read_on_the_way = self.url.startswith("http://") and not is_here(urlsplit(self.url).hostname or "")

    def get(self, path: str, **params: Any) -> tuple[bytes, Any]:
        """GET a path below the server's address; the body and what it says. Raises KoboError, never returns nothing."""
        self._move_to_https()
        response = self._response(path, params=params)
        if "Date" in response.headers:
            self.server_time = f"{parsedate_to_datetime(response.headers['Date']):%Y-%m-%dT%H:%M:%SZ}"
        if response.status_code != 200:
            raise from_response(response, self.origin)
        return response.content, self._said(response, path)

    def send(self, method: str, path: str, **content: Any) -> Any:
        """POST, PATCH or DELETE once, never again by itself; what the server says. `content`: json, data or files, as in requests."""
        self._move_to_https()
        try:
            response = self.session.request(
                method, f"{self.url}{path}", timeout=TIMEOUT_SECONDS, allow_redirects=False, **content
            )
        except NO_ANSWER as error:
            raise KoboError(
                f"{self.url} did not answer to {method} {path} ({type(error).__name__})",
                "It may have been done all the same: look at the server before you try again.",
            ) from None
        if not response.ok or response.is_redirect:
            raise from_response(response, self.origin)
        return self._said(response, path) if response.content else None

    def _said(self, response: requests.Response, path: str) -> Any:
        try:
            return response.json()
        except ValueError:
            kind = "an HTML page" if _is_html(response) else "a truncated or foreign body"
            raise KoboError(
                f"{self.url}{path} answered with {kind} instead of JSON",
                f"Check that the address in {self.origin.address} is the API server's (not a login page or a proxy), then try again.",
                response,
            ) from None

    def _response(self, path: str, **options: Any) -> requests.Response:
        for attempt in range(self.retries + 1):
            try:
                return self.session.get(f"{self.url}{path}", timeout=TIMEOUT_SECONDS, allow_redirects=False, **options)
            except NO_ANSWER as error:
                broke_within = isinstance(error, requests.exceptions.ChunkedEncodingError)  # the adapter retries the rest
                if not broke_within or attempt == self.retries:
                    raise from_failure(error, self.url, self.origin) from None
            time.sleep(min(0.5 * 2**attempt, 60))
        raise AssertionError("unreachable")

    def _move_to_https(self) -> None:
        """Take https where the server redirects to it on the same host; asked once, without the token, which others could read."""
        if not self._may_be_read_on_the_way:
            return
        response = self._response("/me/", auth=lambda request: request)
        if response.is_redirect:
            there, here = location(response.headers), urlsplit(self.url)
            if (there.scheme, there.hostname) != ("https", here.hostname):
                raise from_response(response, self.origin)
            self.url = here._replace(scheme="https", netloc=there.netloc).geturl()
        self._may_be_read_on_the_way = False

    def get_list(self, path: str, **params: Any) -> tuple[bytes, dict[str, Any]]:
        """As `get`, for an answer that holds `results` and their `count`."""
        body, answer = self.get(path, **params)
        if not (isinstance(answer, dict) and isinstance(answer.get("results"), list) and isinstance(answer.get("count"), int)):
            raise KoboError(
                f"{self.url}{path} answered with JSON that is no list of KoboToolbox",
                f"Check that the address in {self.origin.address} is a KoboToolbox API server's, and its version 2.",
            )
        return body, answer

    def me(self) -> dict[str, Any]:
        """Who the token is; the one request that tells a wrong token from a missing project, and KoboToolbox from other servers."""
        try:
            me = self.get("/me/")[1]
        except KoboError as error:
            if error.status == 404:
                raise self._foreign("'not found'", error.response) from None
            if error.status == 200 and error.response is not None and _is_html(error.response):
                raise self._foreign("an HTML page instead of JSON", error.response) from None
            raise
        if not (isinstance(me, dict) and me.get("username")):
            raise self._foreign("no account")
        self._account = me["username"]
        return me

    def _foreign(self, answer: str, response: requests.Response | None = None) -> KoboSetting:
        return KoboSetting(
            f"{self.url} is no KoboToolbox API server: GET {self.url}/me/ answers with {answer}",
            f"Put the address at which you log in to KoboToolbox, such as {EXAMPLE}, into {self.origin.address}.",
            response,
        )

    @property
    def account(self) -> str:
        """The name of the token's account in the words of a message; asked for once, and never a reason to fail."""
        try:
            return f"the account '{self._account or self.me()['username']}'"
        except KoboError:
            return "the token's account"

    def assets(self) -> Iterator[dict[str, Any]]:
        """Every survey that the token may see."""
        seen, total = 0, 1
        while seen < total:
            page = self.get_list("/api/v2/assets/", q="asset_type:survey", limit=100, start=seen, offset=seen)[1]
            total = page["count"]
            if not page["results"]:
                return
            seen += len(page["results"])
            yield from page["results"]

    def asset(self, uid: str) -> dict[str, Any]:
        return self.get(f"/api/v2/assets/{uid}/")[1]

    def versions(self, uid: str) -> list[dict[str, Any]]:
        """The form's versions, newest first, without their content."""
        return self.get_list(f"/api/v2/assets/{uid}/versions/", limit=PAGE_SIZE)[1]["results"]

    def version(self, uid: str, version_uid: str) -> dict[str, Any]:
        return self.get(f"/api/v2/assets/{uid}/versions/{version_uid}/")[1]

    def count(self, uid: str) -> int:
        """How many submissions the token may see."""
        return self.get_list(f"/api/v2/assets/{uid}/data/", limit=1, fields='["_id"]')[1]["count"]

    def has_answers(self, uid: str, version_uid: str) -> bool:
        """Whether any submission that the token may see was filled in on that version of the form."""
        query = json.dumps({"__version__": version_uid})
        return self.get_list(f"/api/v2/assets/{uid}/data/", limit=1, fields='["_id"]', query=query)[1]["count"] > 0

    def history(
        self, uid: str, since: str, *, actions: Sequence[str] = SUBMISSION_ACTIONS, also: tuple[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Rows of the project history about submissions, newest first, from the moment `since` (the server's UTC) on.

        `also`: two moments; every row between them is asked for as well, whatever it tells.
        """
        query = f'({" OR ".join(f"action:{name}" for name in actions)}) AND date_created__gte:"{since}"'
        if also:
            query = f'({query}) OR (date_created__gte:"{also[0]}" AND date_created__lte:"{also[1]}")'
        yield from self._rows(f"/api/v2/assets/{uid}/history/", q=query)

    def history_ends(self, uid: str) -> tuple[str, str] | None:
        """The moments of the oldest and the newest row that the project history has, of any kind; None where it is empty."""
        path = f"/api/v2/assets/{uid}/history/"
        newest = self.get_list(path, limit=1)[1]
        if not newest["results"]:
            return None
        oldest = self.get_list(path, limit=1, start=newest["count"] - 1)[1] if newest["count"] > 1 else newest
        return (oldest["results"] or newest["results"])[-1]["date_created"], newest["results"][0]["date_created"]

    def history_days(self) -> int | None:
        """For how many days the server keeps the project history, as it says of itself; None where it does not."""
        for path in ("/environment/", "/api/v2/environment/"):
            try:
                said = self.get(path)[1]
            except KoboError:  # of older servers, one or the other is not there
                continue
            days = said.get("project_history_log_lifespan") if isinstance(said, dict) else None
            if isinstance(days, int):
                return days
        return None

    def _rows(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        start = 0
        while True:
            page = self.get_list(path, limit=PAGE_SIZE, start=start, **params)[1]
            yield from page["results"]
            start += len(page["results"])
            if not page["results"] or start >= page["count"]:
                return

    def matching(self, uid: str, field: str, values: Sequence[Any], fields: Sequence[str] | None = None) -> Iterator[Page]:
        """Submissions whose `field` is one of `values`, in requests short enough for any server's address line."""
        only = {"fields": json.dumps(list(fields))} if fields else {}
        for chunk in batched(values, MATCHES_A_REQUEST):
            query = json.dumps({field: {"$in": chunk}}, separators=(",", ":"))
            body, answer = self.get_list(f"/api/v2/assets/{uid}/data/", query=query, limit=PAGE_SIZE, **only)
            if answer["results"]:
                yield Page(body, answer["results"], answer["count"])

    def pages(self, uid: str, after: int = 0, fields: Sequence[str] | None = None) -> Iterator[Page]:
        """Submissions with `_id` above `after`, ascending, a page at a time until the server has no more.

        Raises CutOff where it says that it has more, and sends none.
        """
        only = {"fields": json.dumps(list(fields))} if fields else {}
        while True:
            query = json.dumps({"_id": {"$gt": after}})
            body, answer = self.get_list(
                f"/api/v2/assets/{uid}/data/", query=query, sort='{"_id":1}', limit=self.page_size, **only
            )
            records = answer["results"]
            if records:
                if records[0]["_id"] <= after:
                    raise KoboError(
                        f"{self.url} sent submissions again that were read already: it does not honour `query`",
                        "Nothing was loaded. Ask the server's operator which version it is.",
                    )
                yield Page(body, records, answer["count"])
                after = records[-1]["_id"]
            elif answer["count"] > 0:
                raise CutOff(self.url, answer["count"])
            if answer["count"] <= len(records):
                return


def _is_html(response: requests.Response) -> bool:
    return response.text.lstrip().startswith("<")


def batched(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """The values in lists of at most `size`."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
