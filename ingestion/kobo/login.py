"""The address of a server and its API token as people type or paste them: what is clear is put right, the rest is refused.

No message shows a token, nor an address that was not understood, as a password may stand in it.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from ingestion.kobo.errors import KoboSetting

EXAMPLE = "https://kf.kobotoolbox.org"
# What copying brings along at either end: white space, marks of no width, quotes.
AROUND = r"[\s\u200b-\u200d\u2060\ufeff\"'<>]+"
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):/+", re.IGNORECASE)
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]+")
TOKEN = re.compile(r"[!-~]+")
LOOKS_LIKE_TOKEN = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
# Where a server's own pages and its API begin: an address is cut before them.
PAGES = frozenset({"api", "me", "token", "accounts", "admin"})


def read_address(text: str, origin: str) -> str:
    """The server's address with scheme, without a trailing slash or what a browser shows behind it. Raises KoboSetting."""
    text = _trimmed(text)
    if LOOKS_LIKE_TOKEN.fullmatch(text):
        raise KoboSetting(f"There is a token in {origin}, where the server's address belongs", "Were the two exchanged?")
    scheme, rest = _scheme(text)
    if scheme not in ("", "http", "https"):
        raise KoboSetting(f"The address in {origin} begins with neither https:// nor http://", f"Write it as in {EXAMPLE}.")
    if "@" in rest:
        raise KoboSetting(
            f"The address in {origin} holds a login before the @, which others could read there",
            "Take it out: the API token is the login. If it was a real password, change it.",
        )
    parts = _split(rest)
    if parts is None:
        raise KoboSetting(
            f"The address in {origin} cannot be read: it has no host name, a port that is no number, or a character that no address has",
            f"Copy it from the browser, as in {EXAMPLE}.",
        )
    host = parts.hostname or ""
    if not scheme and not ("." in host or is_here(host)):
        raise KoboSetting(
            f"The address in {origin} is neither a full host name nor has it https:// before it", f"Write it as in {EXAMPLE}."
        )
    return f"{scheme or ('http' if is_here(host) else 'https')}://{parts.netloc}{_path(parts.path)}"


def read_token(text: str, origin: str) -> str:
    """The token without what was copied along. Raises KoboSetting, whose message does not show it."""
    token = re.sub(r"^token\s+", "", _trimmed(text), flags=re.IGNORECASE)
    if not token:
        raise KoboSetting(f"The API token in {origin} is empty", HOW_TO_COPY)
    if "://" in token:
        raise KoboSetting(f"There is an address in {origin}, where the API token belongs", "Were the two exchanged?")
    if not TOKEN.fullmatch(token):
        raise KoboSetting(f"The API token in {origin} holds {_oddity(token)}", HOW_TO_COPY)
    return token


HOW_TO_COPY = "Copy it anew from the account's Security page on the server: 40 digits and letters from a to f."


def is_here(host: str) -> bool:
    """Whether the host is this machine, to which nobody listens on the way."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _trimmed(text: str) -> str:
    return re.sub(f"^{AROUND}|{AROUND}$", "", text)


def _scheme(text: str) -> tuple[str, str]:
    """The scheme, empty where there is none, and the rest; `https:/host` is meant as `https://host`."""
    found = SCHEME.match(text)
    return (found[1].lower(), text[found.end() :]) if found else ("", text)


def _split(rest: str) -> SplitResult | None:
    """The parts of an address behind its scheme; None where there is no host, or none that could be."""
    if re.search(r"[\s\x00-\x1f\x7f\\]", rest):
        return None
    try:
        parts = urlsplit(f"//{rest}")
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if is_port and HOST.fullmatch(parts.hostname or "") else None


def _path(path: str) -> str:
    """The folder of a server that has one, without the pages and the API below it."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment in PAGES:
            break
        if segment:
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)


def _oddity(token: str) -> str:
    if re.search(r"[\r\n\x0b\x0c\x85\u2028\u2029]", token):
        return "a line break, which no token has"
    return "a blank, which no token has" if re.search(r"\s", token) else "a character that no token has"
