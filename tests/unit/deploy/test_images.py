"""The Dockerfile brings every room, and the build sees only what images are made of."""

from __future__ import annotations

import re
import tomllib

import yaml

from parity.settings import REPOSITORY

DOCKERFILE = (REPOSITORY / "deploy" / "Dockerfile").read_text()
IGNORED = (REPOSITORY / ".dockerignore").read_text().splitlines()
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
ROOMS = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_every_room_is_in_the_image_and_compiled_there():
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.M))
    assert {*ROOMS, "dbt", "catalogue"} <= copied
    compiled = re.search(r"compileall -q (.+)$", DOCKERFILE, re.M)[1].split()
    assert sorted(compiled) == sorted(ROOMS)


def test_nothing_enters_the_build_but_what_an_image_holds():
    assert IGNORED[1] == "*"
    let_in = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}
    assert let_in == {*ROOMS, "dbt", "catalogue", "superset", "pyproject.toml", "uv.lock", "README.md", "deploy/healthy"}
    assert {"superset/.venv", "**/__pycache__"} <= set(IGNORED)


def test_images_of_ours_are_built_and_never_fetched():
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    ours = {name: entry for name, entry in services.items() if entry["image"].startswith("parity-")}
    builders = {entry["image"] for entry in ours.values() if "build" in entry}
    assert builders == {"parity-pipeline", "parity-superset"}
    assert {entry["pull_policy"] for entry in ours.values() if "build" in entry} == {"build"}
    assert {entry["pull_policy"] for entry in ours.values() if "build" not in entry} == {"never"}


def test_every_service_has_limits_and_a_way_to_know_that_it_is_well():
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    for name, entry in services.items():
        assert entry["mem_limit"] and entry["logging"]["options"]["max-size"], name
        assert entry["cap_drop"] == ["ALL"] and entry["security_opt"] == ["no-new-privileges:true"], name
        lasts = entry["restart"] != "no"
        assert ("healthcheck" in entry) is lasts and entry["networks"], name
    assert [name for name, entry in services.items() if "ports" in entry] == ["caddy"]
