"""What is deployed is what there is: files, settings, commands and routes named in deploy/."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from api.app import create_app
from api.cli.main import app
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
LINES = [line.split(maxsplit=1) for line in CONTAINERFILE.splitlines() if line.strip()]
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def arguments(instruction: str) -> list[str]:
    return [line[1] for line in LINES if line[0] == instruction]


def commands() -> set[str]:
    return set(getattr(typer.main.get_command(app), "commands", {}))


def entries(unit: Path) -> dict[str, list[str]]:
    """The settings of a unit, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_all_that_is_copied_into_the_container_is_there_and_nothing_is_left_out():
    copied = [shlex.split(line) for line in arguments("COPY") if not line.startswith("--from")]
    sources = {source for *given, _ in copied for source in given}
    assert all((ROOT / source).exists() for source in sources)
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert {source.partition("/")[0] for source in sources} == let_in
    # The rooms, what builds them, and what the project's own metadata names.
    assert {"api", "events", "domain", "scripts", "pyproject.toml", "README.md"} <= sources


def test_the_container_is_of_images_by_their_short_name_and_runs_as_nobody_in_particular():
    images = [line.split()[0] for line in arguments("FROM")]
    assert all(re.fullmatch(r"[a-z]+:[0-9.]+-slim", image) for image in images)
    (user,) = arguments("USER")
    assert int(user) > 0
    assert f"--uid {user} " in CONTAINERFILE
    (kept,) = arguments("VOLUME")
    assert f"CHANCERY_STORE=sqlite:///{kept}/" in CONTAINERFILE


def test_what_the_container_sets_are_settings_and_what_it_runs_are_commands():
    settings = " ".join(arguments("ENV"))
    names = {f"CHANCERY_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bCHANCERY_[A-Z_]+", settings)) <= names
    assert arguments("ENTRYPOINT") == ['["chancery"]']
    (command,) = arguments("CMD")
    assert command.strip('[]"') in commands()
    (asked,) = re.findall(r"http://127\.0\.0\.1:8000(/\w+)", CONTAINERFILE)
    assert asked in create_app(Settings()).openapi()["paths"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_with_settings_there_are(unit: Path):
    found = entries(unit)
    assert found["Description"]
    for line in found.get("ExecStart", ()):
        program, command, *_ = shlex.split(line)
        assert (Path(program).name, command in commands()) == ("chancery", True)
        assert found["DynamicUser"] == ["yes"]
        assert found["ProtectSystem"] == ["strict"]
        folder = Path(found["Environment"][0].removeprefix("CHANCERY_STORE=sqlite:///")).parent
        assert folder.name in found["StateDirectory"][0].split()
    names = {f"CHANCERY_{name.upper()}" for name in Settings.model_fields}
    for line in found.get("Environment", ()):
        assert line.partition("=")[0] in names


def test_the_service_is_left_the_time_it_takes_to_stop():
    (seconds,) = entries(DEPLOY / "chancery.service")["TimeoutStopSec"]
    settings = Settings()
    assert int(seconds) >= settings.drain_seconds + settings.stop_seconds + 5


def test_each_file_is_named_where_running_is_described():
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    for path in (DEPLOY / "Containerfile", *UNITS):
        assert f"deploy/{path.name}" in page
