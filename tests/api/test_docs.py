"""The docs say all there is: no setting, error, route, command or option is left out."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import domain.acts
import domain.dates
import domain.parties
import events.errors
from api.app import create_app
from api.cli.main import app
from api.exchange.loading import DEFAULT_SAMPLES, SAMPLES
from api.export import FORMATS as EXPORTS
from api.problems import KINDS, MAPPING, document_of
from api.settings import Settings
from api.web.pages import PARAMETERS
from domain.kinds import ACT_KINDS
from domain.kinds import KINDS as ACTS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]


def doc(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def interface() -> str:
    """All that is told of HTTP: the interface, and the log's proofs beside it."""
    return "\n".join(doc(name) for name in ("api.md", "log.md") if (DOCS / name).is_file())


def terminal() -> str:
    """All that is told of the command line."""
    return "\n".join(doc(name) for name in ("cli.md", "log.md") if (DOCS / name).is_file())


def rows(text: str) -> dict[str, list[str]]:
    """The tables of a page: first cell to the rest."""
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            first, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
            found[first.strip("`")] = rest
    return found


def test_every_setting_is_told_with_its_default_and_no_other_is():
    told = rows(doc("settings.md"))
    names = {f"CHANCERY_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert set(told) == set(names)
    for name, field in names.items():
        default = told[name][0].strip("`")
        if isinstance(field.default, bool):
            assert default == str(int(field.default))
        elif field.default in ((), None):
            assert default == "none"
        else:
            assert str(field.default).removesuffix(".0") == default


def test_every_route_is_told_and_no_other_is():
    told = {name for name in rows(interface()) if name.startswith(("GET ", "POST "))}
    paths = create_app(Settings()).openapi()["paths"]
    assert told == {f"{m.upper()} {path}" for path, methods in paths.items() for m in methods}


def test_every_page_is_told_and_no_other_is():
    told = {name for name in rows(doc("pages.md")) if name.startswith("/")}
    assert told == set(PARAMETERS)


def test_every_query_parameter_is_told():
    text = interface()
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in text, (path, parameter["name"])


def test_every_problem_is_told_with_its_status_and_no_other_is():
    told = {
        name.removeprefix("/problems/"): int(rest[0])
        for name, rest in rows(interface()).items()
        if name.startswith("/problems/")
    }
    assert told == {kind.name: kind.status for kind in KINDS.values()}


ERRORS = [
    cls
    for module in (events.errors, domain.acts, domain.parties, domain.dates)
    for _, cls in inspect.getmembers(module, inspect.isclass)
    if issubclass(cls, Exception) and cls is not events.errors.ChanceryError
]
#: Told as a problem by whoever asked for the date or read the type; they never come out bare.
INNER = {"DateError", "UnknownEventType"}


@pytest.mark.parametrize("error", ERRORS, ids=lambda cls: cls.__name__)
def test_every_error_of_the_rooms_below_is_mapped_once(error):
    assert (error in MAPPING) is (error.__name__ not in INNER)


def test_an_error_nobody_mapped_is_an_internal_one():
    assert document_of(KeyError("x")).kind.name == "internal-error"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with the words for it, however deep it stands."""
    waiting: list[tuple[str, Any]] = [("chancery", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            waiting.extend((f"{name} {word}", nested) for word, nested in inner.items())


def test_every_command_has_its_section_and_no_other_has():
    sections = re.findall(r"^### (chancery .*)$", terminal(), re.MULTILINE)
    assert sorted(sections) == sorted(name for name, _ in commands())


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=lambda value: str(value))
def test_every_option_of_a_command_is_told(name, command):
    text = terminal()
    section = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
    general = text.partition("## Exit codes")[0]
    for parameter in command.params:
        option = max((*parameter.opts, ""), key=len)
        if option.startswith("--") and option != "--help":
            assert option in section + general, option


def test_every_sample_and_every_export_is_told():
    text = doc("cli.md")
    for name in (*SAMPLES, *EXPORTS):
        assert f"`{name}`" in text
    assert all(name in SAMPLES for name in DEFAULT_SAMPLES)


def test_the_exit_codes_are_told():
    assert {"0", "1", "2", "3"} <= set(re.findall(r"^\| (\d+) \|", doc("cli.md"), re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """What the headings of a page are linked by."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_between_the_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            name, _, anchor = target.partition("#")
            there = page.parent / name if name else page
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), target


#: What the database or the system says, and not this program.
OTHERS = {
    "unable to open database file",
    "database is locked",
    "database or disk is full",
    "database disk image is malformed",
    "Address already in use",
}


def test_what_running_tells_to_look_for_is_what_the_program_says():
    text = doc("running.md").partition("## When something is wrong")[2].partition("## ")[0]
    table = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    told = [part for cell in table for part in re.findall(r"`([^`]+)`", cell)]
    rooms = [ROOT / room for room in ("events", "api")]
    files = [ROOT / "chancery.py", *(file for room in rooms for file in room.rglob("*.py"))]
    source = "\n".join(file.read_text("utf-8") for file in files)
    spoken = re.sub(r'"\n\s+f?"', "", source)
    assert len(told) > 10
    for one in told:
        # Between the words stands what differs from case to case.
        for part in re.split(r"…|30|: (?=[a-z])", one):
            words = part.strip(" :,'")
            assert words in OTHERS or words in spoken, one


def test_the_first_exchange_of_the_docs_works(reader):
    for path in re.findall(r"http://127\.0\.0\.1:8000(/\S+)", doc("api.md"))[:1]:
        assert reader.get(path).json()["proposals"]["endorsed"][0]["reached"] == 0.65


@pytest.mark.parametrize("kind", [*ACTS])
def test_every_kind_is_described_where_people_look_for_it(kind):
    pages = ("GLOSSARY.md", "docs/law.md", "README.md") if kind in ACT_KINDS else ("GLOSSARY.md",)
    for page in pages:
        assert kind in (ROOT / page).read_text("utf-8").lower(), page
