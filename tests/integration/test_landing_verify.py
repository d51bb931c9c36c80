"""`parity landing verify` over a folder and over a bucket of a real object store: what is found, what --repair puts right, and what it leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.landing import Landing, record, stores
from parity.landing_place import LandingPlace
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate
from tests.integration.kobo_server import serve
from tests.integration.landings import damage
from tests.integration.object_store import KEY, SECRET, object_store
from tests.integration.test_torn_landing import MONTHS, body_of
from tests.unit.ingestion.contracts import contract

TOKEN, FORM = "a" * 40, "workplace_culture"


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    from parity.catalogue import load_catalogue

    out = tmp_path_factory.mktemp("samples")
    generate(out, load_catalogue(REPOSITORY / "catalogue"), REPOSITORY / "catalogue", seed=7, size=0.02)
    return out


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    with object_store(tmp_path_factory.mktemp("objects")) as store:
        yield store


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path) -> LandingPlace:
    if request.param == "folder":
        return LandingPlace(str(tmp_path / "landing"))
    return request.getfixturevalue("bucket").place(tmp_path.name)


class Site:
    """Three staff lists, a table of reference and a form, which the commands load, and the landing that they load by."""

    def __init__(self, folder: Path, place: LandingPlace, database: str, store) -> None:
        self.folder, self.place, self.database, self.store = folder, place, database, store
        self.landing = Landing.at(place)
        self.drop = folder / "drop" / "hr" / "abc"
        self.drop.mkdir(parents=True)
        for month in MONTHS:
            (self.drop / self.name(month)).write_bytes(body_of(month))

    def name(self, month: str) -> str:
        return f"{month.replace('/', '-')}.csv"

    def run(self, *words: str):
        return CliRunner().invoke(app, list(words))

    def load(self) -> None:
        for month in MONTHS:
            done = self.run("hr", "load", str(self.drop / self.name(month)), "--contract", "abc")
            assert done.exit_code == 0, done.output

    def sync(self) -> None:
        done = self.run("kobo", "sync", FORM)
        assert done.exit_code == 0, done.output

    def verify(self, *options: str):
        done = self.run("landing", "verify", "--json", *options)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, json.loads(done.stdout)

    def ask(self, statement: str):
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement).fetchall()

    def uris(self, source: str) -> list[str]:
        return [uri for (uri,) in self.ask(f"select uri from ops.landing_file where source = '{source}' order by name, uri")]


@pytest.fixture
def site(tmp_path, place, samples, warehouse, monkeypatch):
    catalogue = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    said = contract(agency="THA-POL", file_pattern="*.csv").model_dump_json(exclude_defaults=True)
    (catalogue / "sources" / "hr" / "abc.yml").write_text(said, encoding="utf-8")
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    server.state.store.seed(samples / "kobo" / FORM)
    with serve(server) as url:
        for name, value in {
            "KOBO_URL": url,
            "KOBO_TOKEN": TOKEN,
            "WAREHOUSE_URL": warehouse,
            "CATALOGUE": str(catalogue),
            "HOME": str(tmp_path / "home"),
            "DROP": str(tmp_path / "drop"),
            "HR_KEYS": str(tmp_path / "keys"),
            "LANDING_URL": place.url,
            "LANDING_ENDPOINT": place.endpoint or "",
            "LANDING_KEY": place.key or "",
            "LANDING_SECRET": place.secret or "",
        }.items():
            monkeypatch.setenv(f"PARITY_{name}", value)
        yield Site(tmp_path, place, warehouse, server.state.store)


def test_where_all_is_well_it_says_how_much_it_compared(site):
    site.load()
    site.sync()
    for options in ((), ("--sizes-only",), ("--repair",)):
        code, said = site.verify(*options)
        n_files = len(site.ask("select distinct source, content_sha256 from ops.landing_file"))
        assert (code, said["is_sound"], said["findings"], said["n_files"]) == (0, True, [], n_files) and said["n_bytes"] > 30_000
    assert "all sizes and hashes are as they were." in site.run("landing", "verify").stdout


def test_what_is_spoilt_is_found_with_its_hashes_and_deliveries_and_lands_again_from_the_drop_folder(site):
    site.load()
    for uri, how in zip(site.uris("hr/abc"), ("halved", "changed", "lost"), strict=True):
        damage(site.landing, uri, how)
    before = site.ask("select count(*) from raw.hr_staff")
    code, said = site.verify()
    assert code == 1 and sorted(each["kind"] for each in said["findings"]) == ["missing", "wrong hash", "wrong size"]
    for each in said["findings"]:
        assert each["source"] == "hr/abc" and len(each["expected"]["sha256"]) == 64 and each["deliveries"][0]["n_rows"] == 179
    assert site.ask("select count(*) from raw.hr_staff") == before and site.verify()[0] == 1, "nothing was changed"
    code, said = site.verify("--repair")
    assert code == 0 and all(each["outcome"].startswith("landed again from") for each in said["findings"]), said
    assert site.verify() == (0, {**site.verify()[1], "findings": [], "is_sound": True})
    assert site.ask("select count(distinct period_date) from raw.hr_staff") == [(3,)]


def test_sizes_alone_find_what_was_cut_short_and_not_what_was_changed(site):
    site.load()
    for uri, how in zip(site.uris("hr/abc")[:2], ("halved", "changed"), strict=True):
        damage(site.landing, uri, how)
    code, said = site.verify("--sizes-only")
    assert code == 1 and [each["kind"] for each in said["findings"]] == ["wrong size"]


def test_a_torn_load_is_told_and_corrected(site):
    """What an older version left: rows of a part of a file under the hash of the whole one, and the part in the landing under its name."""
    for month in MONTHS[:2]:
        part = site.folder / site.name(month)
        part.write_bytes(body_of(month, 89))
        assert site.run("hr", "load", str(part), "--contract", "abc").exit_code == 0
    for month in MONTHS[:2]:
        whole = site.landing.put("hr/abc", site.name(month), body_of(month))
        part = hashlib.sha256(body_of(month, 89)).hexdigest()
        site.landing.filesystem.pipe_file(site.landing.path_of(whole.uri), body_of(month, 89))
        with psycopg.connect(site.database) as connection:
            [(uri,)] = connection.execute(
                "delete from ops.landing_file where content_sha256 = %s returning uri", (part,)
            ).fetchall()
            site.landing.remove(uri)
            record(connection, whole)
            connection.execute(
                "update raw.hr_delivery set content_sha256 = %s, landing_uri = %s where content_sha256 = %s",
                (whole.sha256, whole.uri, part),
            )
    said = site.run("landing", "verify").stdout
    assert "has 89 rows of it" in said and "--repair reads the torn bytes again and tells" in said
    code, said = site.verify("--repair")
    assert code == 0 and [each["outcome"] for each in said["findings"]] == [
        f"landed again from {each['name']}; 179 rows loaded" for each in said["findings"]
    ]
    newest = "select count(*) from raw.hr_staff where delivery_no in (select max(delivery_no) from raw.hr_delivery_period group by period_date)"
    assert site.ask(newest) == [(2 * 179,)] and site.verify()[0] == 0
    assert site.ask("select count(*) from raw.hr_continuity where is_held and delivery_no > 2") == [(0,)]
    assert site.ask("select outcome from ops.landing_torn where outcome not like '%replaced by the whole file'") == []


def test_what_no_source_has_any_more_is_left_and_named_and_the_right_file_mends_it_later(site):
    site.load()
    uri, other, _ = site.uris("hr/abc")
    damage(site.landing, uri, "halved")
    damage(site.landing, other, "lost")
    kept = {path: path.read_bytes() for path in site.drop.iterdir()}
    shutil.rmtree(site.drop)
    code, said = site.verify("--repair")
    assert code == 1 and all(
        "The drop folder does not have it any more. Ask the sender" in each["outcome"] for each in said["findings"]
    )
    assert site.verify()[0] == 1
    site.drop.mkdir()
    for path, body in kept.items():
        path.write_bytes(body)
    assert site.verify("--repair")[0] == 0 and site.verify()[0] == 0


def test_pages_of_a_form_land_again_by_a_scan(site):
    site.sync()
    pages = site.uris(f"kobo/{FORM}")
    [version] = site.uris(f"kobo/{FORM}/versions")[:1]
    damage(site.landing, pages[0], "halved")
    damage(site.landing, version, "changed")
    raw = site.ask("select submission_id, content_hash from raw.kobo_submission order by 1")
    code, said = site.verify()
    assert code == 1 and {each["source"] for each in said["findings"]} == {f"kobo/{FORM}", f"kobo/{FORM}/versions"}
    code, said = site.verify("--repair")
    assert code == 0 and all("landed again by a scan of the form" in each["outcome"] for each in said["findings"]), said
    assert site.verify()[0] == 0 and site.ask("select submission_id, content_hash from raw.kobo_submission order by 1") == raw
    landed = [json.loads(site.landing.get(uri))["results"] for uri in site.uris(f"kobo/{FORM}")]
    assert {entry["_id"] for page in landed for entry in page} == {number for number, _ in raw}


def test_a_form_whose_server_does_not_answer_stays_and_says_so(site, monkeypatch):
    site.sync()
    damage(site.landing, site.uris(f"kobo/{FORM}")[0], "halved")
    monkeypatch.setenv("PARITY_KOBO_URL", "http://127.0.0.1:9")
    code, said = site.verify("--repair")
    assert code == 1 and "did not answer" in said["findings"][0]["outcome"]


def age(site, monkeypatch):
    """Let time pass: what was written a moment ago may be another task's."""
    monkeypatch.setattr(stores.Lying, "is_younger_than", lambda self, age: False)


def test_what_no_row_knows_is_found_and_a_page_that_nobody_needs_is_removed(site, monkeypatch):
    site.load()
    site.sync()
    strangers = [site.landing.put(source, "x", b"left by a kill") for source in ("hr/abc", f"kobo/{FORM}")]
    assert site.verify()[0] == 0, "too young to tell"
    age(site, monkeypatch)
    code, said = site.verify()
    assert code == 1 and sorted((each["kind"], each["source"]) for each in said["findings"]) == [
        ("unknown", "hr/abc"),
        ("unknown", f"kobo/{FORM}"),
    ]
    code, said = site.verify("--repair")
    assert code == 1 and sorted(each["is_mended"] for each in said["findings"]) == [False, True]
    assert site.landing.get(strangers[0].uri) == b"left by a kill"
    assert [each["source"] for each in site.verify()[1]["findings"]] == ["hr/abc"]


def begin(site) -> None:
    """What a kill leaves: a file without its name, or parts of an object that nobody completes."""
    if site.place.is_objects:
        bucket, _, folder = site.landing.root.partition("/")
        key = f"{folder}/hr/abc/aa/{'a' * 64}"
        site.landing.filesystem.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
    else:
        Path(site.landing.root, "hr", "abc", "0.unfinished").write_bytes(b"half")


def test_what_a_kill_left_unfinished_is_cleared_away(site, monkeypatch):
    site.load()
    begin(site)
    assert site.verify()[0] == 0, "somebody may be writing it"
    age(site, monkeypatch)
    monkeypatch.setattr(stores, "STALE_UPLOAD", dt.timedelta(0))
    code, said = site.verify()
    assert (code, [each["kind"] for each in said["findings"]]) == (1, ["unfinished"])
    code, said = site.verify("--repair")
    assert (code, said["findings"][0]["outcome"]) == (0, "cleared away") and site.verify()[0] == 0


def test_no_secret_of_the_bucket_is_in_a_table_a_file_or_a_message(site, bucket, monkeypatch):
    site.load()
    site.sync()
    with psycopg.connect(site.database) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('raw', 'ops', 'quarantine', 'release')"
        ).fetchall()
        rows = [str(row) for (table,) in tables for row in connection.execute(f"select * from {table}")]
    assert len(rows) > 100 and not [row for row in rows if SECRET in row or KEY in row]
    monkeypatch.setenv("PARITY_LANDING_URL", "s3://evidence/x")
    monkeypatch.setenv("PARITY_LANDING_ENDPOINT", bucket.endpoint)
    monkeypatch.setenv("PARITY_LANDING_KEY", KEY)
    for secret, folder in (("wrong-but-secret", "s3://evidence/x"), (SECRET, "s3://no-such-bucket/x")):
        monkeypatch.setenv("PARITY_LANDING_SECRET", secret)
        monkeypatch.setenv("PARITY_LANDING_URL", folder)
        done = site.run("hr", "load", str(site.drop / site.name(MONTHS[0])), "--contract", "abc")
        assert (
            done.exit_code == 3
            and "PARITY_LANDING_ENDPOINT" in done.stderr
            and secret not in done.output
            and KEY not in done.output
        )
