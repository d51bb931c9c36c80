"""Addresses and tokens as people paste them: what is clear is put right, and the rest is one sentence that shows neither."""

from types import SimpleNamespace

import pytest
import requests

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError, KoboSetting
from ingestion.kobo.login import read_address, read_token
from ingestion.kobo.origin import Origin
from tests.unit.ingestion.test_kobo_client import Canned

PLACE = "PARITY_KOBO_URL"
TOKEN = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("https://kf.example.org", "https://kf.example.org"),
        ("kf.example.org", "https://kf.example.org"),
        ("kf.example.org:8443", "https://kf.example.org:8443"),
        ("  https://kf.example.org/ \r\n", "https://kf.example.org"),
        ('"https://kf.example.org"', "https://kf.example.org"),
        ("<https://kf.example.org//>", "https://kf.example.org"),
        ("\ufeffhttps://kf.example.org\u200b", "https://kf.example.org"),
        ("HTTPS://kf.example.org", "https://kf.example.org"),
        ("https:/kf.example.org", "https://kf.example.org"),
        ("https://kf.example.org/api/v2", "https://kf.example.org"),
        ("https://kf.example.org/api/v2/assets/aXyz/?format=json", "https://kf.example.org"),
        ("https://kf.example.org/#/projects", "https://kf.example.org"),
        ("kf.example.org/#/projects/home", "https://kf.example.org"),
        ("https://kf.example.org/token/?format=json", "https://kf.example.org"),
        ("https://kf.example.org/accounts/login/?next=/me/", "https://kf.example.org"),
        ("https://example.org/kobo/", "https://example.org/kobo"),
        ("https://example.org/kobo/api/v2/assets/", "https://example.org/kobo"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("http://kobo:8000", "http://kobo:8000"),
        ("https://กบ.example.org", "https://กบ.example.org"),
    ],
)
def test_an_address_whose_meaning_is_clear_is_put_right(pasted, meant):
    assert read_address(pasted, PLACE) == meant


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "cannot be read"),
        ("https://", "cannot be read"),
        ("https://kf example.org", "cannot be read"),
        ("kf.example.org:port", "cannot be read"),
        ("https://kf.example.org:99999", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("https:kf.example.org", "cannot be read"),
        ("https://kf.example.org\r\nHost: elsewhere", "cannot be read"),
        ("https://kf..example.org", "cannot be read"),
        ("ftp://kf.example.org", "neither https:// nor http://"),
        ("kobo", "full host name"),
        (TOKEN, "exchanged"),
        ("https://user:s3cret@kf.example.org", "login before the @"),
        ("user:s3cret@kf.example.org", "login before the @"),
        ("https://s3cret@kf.example.org", "login before the @"),
        ("https://user:12/s3cret@kf.example.org", "login before the @"),
        ("https://user:1#s3cret@kf.example.org", "login before the @"),
        ("s3cret://kf.example.org", "neither"),
    ],
)
def test_an_address_that_cannot_be_meant_is_one_sentence_that_names_its_place_and_does_not_show_it(pasted, words):
    with pytest.raises(KoboSetting, match=words) as refused:
        read_address(pasted, PLACE)
    assert PLACE in str(refused.value) and "\n" not in str(refused.value)
    assert not [part for part in ("s3cret", "elsewhere", TOKEN) if part in str(refused.value)]


@pytest.mark.parametrize(
    "around", ["{}", "{}\r", "{}\r\n", "\n{}", " {}\t", "{}\u2028", "\u00a0{}", "\ufeff{}\u200b", '"{}"', "'{}'", "Token {}"]
)
def test_what_was_copied_with_a_token_is_taken_off(around):
    assert read_token(around.format(TOKEN), PLACE) == TOKEN


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "is empty"),
        (" \r\n", "is empty"),
        ("s3cret\r\ns3cret", "a line break"),
        ("s3cret s3cret", "a blank"),
        ("s3cret\u00e9", "a character that no token has"),
        ("s3cret\x00", "a character that no token has"),
        ("s3cret\u0e01", "a character that no token has"),
        ("https://kf.example.org/s3cret", "exchanged"),
    ],
)
def test_a_token_that_cannot_be_one_is_one_sentence_without_it(token, words):
    with pytest.raises(KoboSetting, match=words) as refused:
        KoboClient("https://kf.example.org", token, origin=Origin(token="PARITY_KOBO_TOKEN"))
    assert "PARITY_KOBO_TOKEN" in str(refused.value) and "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


class Redirecting(Canned):
    """A server that sends http to `target`, and over https says who asks; it keeps (address, header) of each request."""

    def __init__(self, target):
        super().__init__()
        self.target = target

    def send(self, request, **options):
        is_https = request.url.startswith("https://")
        self.answers.append((200, '{"username": "ana"}') if is_https else (301, ""))
        response = super().send(request, **options)
        response.headers.update({} if is_https else {"Location": self.target})
        return response

    @property
    def seen(self):
        return [(asked.url, asked.headers.get("Authorization")) for asked in self.requests]


def redirected(target):
    session, server = requests.Session(), Redirecting(target)
    session.mount("http://", server)
    session.mount("https://", server)
    return SimpleNamespace(client=KoboClient("http://kf.example.org", TOKEN, session=session), server=server)


def test_http_that_moves_to_https_is_followed_and_the_token_never_travels_in_clear():
    run = redirected("https://kf.example.org/me/")
    assert [run.client.me(), run.client.me()] == [{"username": "ana"}] * 2
    assert run.client.url == "https://kf.example.org"
    assert run.server.seen == [
        ("http://kf.example.org/me/", None),
        *[("https://kf.example.org/me/", f"Token {TOKEN}")] * 2,
    ]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://other.example.org/login?key=s3cret", "put https://other.example.org into the argument `url`"),
        ("https://user:s3cret@other.example.org/", "put https://other.example.org into the argument `url`"),
        ("http://kf.example.org/login/?s3cret", "redirects"),
        ("https://{x}.example.org/", "put https://{x}.example.org into"),
    ],
)
def test_a_redirect_elsewhere_is_refused_before_the_token_was_sent(target, words):
    run = redirected(target)
    with pytest.raises(KoboSetting, match="redirects") as refused:
        run.client.me()
    assert words in str(refused.value)
    assert run.server.seen == [("http://kf.example.org/me/", None)]


def test_a_redirect_to_what_is_no_address_is_an_error_as_well():
    with pytest.raises(KoboError) as refused:
        redirected("https://[s3cret").client.me()
    assert "s3cret" not in str(refused.value)


def test_a_redirect_never_shows_what_stands_behind_the_host_or_before_the_at():
    said = []
    for target in ("https://other.example.org/login?key=s3cret", "https://user:s3cret@other.example.org/"):
        with pytest.raises(KoboSetting) as refused:
            redirected(target).client.me()
        said.append(str(refused.value))
    assert len(said) == 2 and not [message for message in said if "s3cret" in message]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "<!doctype html><title>shop</title>", "HTML page"),
        (200, '{"hello": "world"}', "no account"),
        (200, "[]", "no account"),
        (404, "nothing", "'not found'"),
    ],
)
def test_a_server_that_is_no_kobotoolbox_is_called_so_with_where_its_address_was_given(status, body, words):
    session, canned = requests.Session(), Canned((status, body))
    session.mount("https://", canned)
    client = KoboClient("https://shop.example.org", TOKEN, session=session, origin=Origin(address=PLACE))
    with pytest.raises(KoboSetting, match=f"https://shop.example.org is no KoboToolbox API server.*{words}.*{PLACE}"):
        client.me()
