"""The tutorial "From a pilot to the main survey", typed line by line against the stand-in server."""

import re
import shutil

import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
PAGE = REPOSITORY / "docs" / "tutorials" / "pilot-to-survey.md"
COMMAND = re.compile(r"^    \.venv/bin/parity (kobo .+)$", re.MULTILINE)


class Reader:
    """Types what a section says; what it leaves to KoboToolbox or to the respondents is done on the server."""

    def __init__(self, store, catalogue):
        self.store, self.survey = store, catalogue / "questionnaire" / "workplace_culture" / "survey.csv"
        self.sections = dict(
            re.findall(r"^## (\d)\. .+?\n(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        )
        self.sent = 0

    def types(self, section):
        said = []
        for command in COMMAND.findall(self.sections[section]):
            result = CliRunner().invoke(app, command.split())
            assert result.exit_code == 0, (command, result.stdout, result.stderr)
            said.append(" ".join(result.stdout.split()))
        assert said, section
        return said

    def respond(self, n):
        uid = self.store.assets()[-1]["uid"]
        for _ in range(n):
            self.sent += 1
            root = f"00000000-0000-4000-8000-{self.sent:012d}"
            names = {"_uuid": root, "meta/rootUuid": f"uuid:{root}", "_validation_status": {}, "_attachments": []}
            self.store.add(uid, {**names, "consent": "yes", "culture/respect": "4"})

    def mend(self):
        text = self.survey.read_text(encoding="utf-8")
        assert "Colleagues treat me with respect." in text
        self.survey.write_text(
            text.replace("Colleagues treat me with respect.", "My colleagues respect me.", 1), encoding="utf-8"
        )

    def end_the_pilot(self):
        [pilot] = self.store.assets()
        self.store.db.execute("update asset set name = name || ' (pilot)' where uid = ?", (pilot["uid"],))
        self.store.set_active(pilot["uid"], False)
        return pilot["uid"]


@pytest.fixture
def reader(tmp_path, warehouse, monkeypatch):
    shutil.copytree(REPOSITORY / "catalogue", tmp_path / "catalogue")
    server = create_app(tmp_path / "kobo.sqlite", TOKEN)
    with serve(server) as url:
        monkeypatch.setenv("PARITY_CATALOGUE", str(tmp_path / "catalogue"))
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
        monkeypatch.setenv("PARITY_LANDING_URL", str(tmp_path / "landing"))
        yield Reader(server.state.store, tmp_path / "catalogue")


def test_every_command_of_the_tutorial_does_what_the_page_says(reader):
    assert sorted(reader.sections) == ["1", "2", "3", "4", "5", "6", "7"]
    [checked] = reader.types("1")
    assert "no faults" in checked and "is an earlier name of promo_merit" in checked
    assert "Deployed as version" in reader.types("2")[0]
    reader.respond(12)
    synced, proved = reader.types("3")
    assert "12 new" in synced and "12 submissions" in proved
    reader.mend()
    assert "! culture/respect" in reader.types("4")[1]
    pilot = reader.end_the_pilot()
    shown, deployed = reader.types("6")
    assert "is not deployed on" in shown and "questions are new" in shown and "Deployed as version" in deployed
    main = reader.store.assets()[-1]["uid"]
    said = reader.types("7")[0]
    assert f"{main} is followed from now on, {pilot} was until now" in said and "0 in all" in said
    assert f"12 answers are held of an earlier project ({pilot}), and not counted" in said
    assert "no answer has come to the project that stands" in said
    for n in (5, 9):
        reader.respond(n)
        synced, proved = reader.types("7")[1:]
    assert f"12 answers are held of an earlier project ({pilot}), and not counted" in synced
    assert proved == "workplace_culture: raw equals the server, 14 submissions"
