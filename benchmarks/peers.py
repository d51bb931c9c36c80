"""What others do with the same server: fetch and parse only, dlt's merge on `_id`, and pykobo with pandas.

`python -m benchmarks.peers PEER URL UID DATABASE` does it once, in a process of its own, and prints rows and seconds as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

from benchmarks.kobo_server import TOKEN

PAGE = 1000


def pages(url: str, uid: str) -> Iterator[list[dict[str, Any]]]:
    """Every submission, by key, with requests and its JSON."""
    session = requests.Session()
    session.headers["Authorization"] = f"Token {TOKEN}"
    last = 0
    while True:
        asked: dict[str, str | int] = {"query": json.dumps({"_id": {"$gt": last}}), "sort": '{"_id":1}', "limit": PAGE}
        answer = session.get(f"{url}/api/v2/assets/{uid}/data/", params=asked, timeout=60).json()
        if not answer["results"]:
            return
        yield answer["results"]
        last = answer["results"][-1]["_id"]
        if answer["count"] <= len(answer["results"]):
            return


def fetch_only(url: str, uid: str, database: str) -> int:
    return sum(len(page) for page in pages(url, uid))


def with_dlt(url: str, uid: str, database: str) -> int:
    """dlt into PostgreSQL, merging on `_id`, its own column for each answer."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt

    n_rows = 0

    @dlt.resource(name="submission", primary_key="_id", write_disposition="merge")
    def submissions() -> Iterator[list[dict[str, Any]]]:
        nonlocal n_rows
        for page in pages(url, uid):
            n_rows += len(page)
            yield page

    with tempfile.TemporaryDirectory() as folder:
        target = dlt.destinations.postgres(database.split("?")[0])
        pipeline = dlt.pipeline("bench", pipelines_dir=folder, destination=target, dataset_name="kobo")
        pipeline.run(submissions())
    return n_rows


def with_pykobo(url: str, uid: str, database: str) -> int:
    """pykobo into a pandas DataFrame in memory, as its README shows."""
    import pykobo

    form = pykobo.Manager(url=url, api_version=2, token=TOKEN).get_form(uid)
    form.fetch_data()
    return len(form.data)


PEERS: dict[str, Callable[[str, str, str], int]] = {"fetch": fetch_only, "dlt": with_dlt, "pykobo": with_pykobo}


def main() -> None:
    peer, url, uid, database = sys.argv[1:]
    began = time.perf_counter()
    n_rows = PEERS[peer](url, uid, database)
    print(json.dumps({"rows": n_rows, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
