"""The webhook wakes the sync for who knows the secret, seldom enough, and believes nothing that it is sent."""

import time

import pytest
import requests

from cli.kobo.webhook import HEADER, create_receiver
from tests.integration.kobo_server import serve

SECRET = "s" * 32


class Sync:
    def __init__(self):
        self.n_woken = 0
        self.is_broken = False

    def __call__(self):
        if self.is_broken:
            raise ConnectionError
        self.n_woken += 1


@pytest.fixture
def sync():
    return Sync()


@pytest.fixture
def hook(sync):
    with serve(create_receiver(sync, SECRET, quiet_seconds=0.4)) as url:

        def post(secret=SECRET, **options):
            return requests.post(f"{url}/kobo", headers={HEADER: secret} if secret is not None else {}, timeout=10, **options)

        yield post


def test_a_hint_with_the_secret_wakes_the_sync(hook, sync):
    answer = hook(json={"_id": 7, "anything": "at all"})
    assert (answer.status_code, answer.json(), sync.n_woken) == (202, {"woken": True}, 1)


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "s", "é"])
def test_without_the_secret_nothing_happens(hook, sync, secret):
    secret = secret.encode() if secret else secret
    assert (hook(secret).status_code, sync.n_woken) == (401, 0)


def test_a_burst_wakes_once_at_once_and_once_after_the_quiet_time(hook, sync):
    assert [hook().json()["woken"] for _ in range(5)] == [True, False, False, False, False]
    assert sync.n_woken == 1
    deadline = time.monotonic() + 10
    while sync.n_woken < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.6)
    assert sync.n_woken == 2


def test_a_body_that_is_no_json_is_not_read(hook, sync):
    assert hook(data=b"\x00<xml").status_code == 202
    assert sync.n_woken == 1


def test_where_waking_fails_the_server_is_asked_to_try_again(hook, sync):
    sync.is_broken = True
    assert hook().status_code == 503
    sync.is_broken = False
    assert (hook().status_code, sync.n_woken) == (202, 1)
