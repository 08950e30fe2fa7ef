"""The house's rules that a linter of imports cannot see."""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = sorted((ROOT / "domain").rglob("*.py"))

#: Calls that would let a clock, a file or a terminal into the domain.
IMPURE = {
    "fromtimestamp",
    "input",
    "monotonic",
    "now",
    "open",
    "perf_counter",
    "print",
    "time",
    "time_ns",
    "today",
    "utcnow",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node.lineno


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_reads_no_clock_opens_no_file_and_prints_nothing(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    found = [f"{path.name}:{line} calls {name}()" for name, line in calls(tree) if name in IMPURE]

    assert not found, found


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_imports_only_the_standard_library_and_itself(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = sys.stdlib_module_names | {"domain"}

    found = [f"{path.name}:{line}: {name}" for name, line in imported(tree) if name not in allowed]

    assert not found, found


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("date.today()", "today"),
        ("datetime.datetime.now(UTC)", "now"),
        ("open('acts.json')", "open"),
    ],
)
def test_the_rule_against_clocks_sees_each_way_of_asking_the_time(source: str, name: str):
    assert name in {called for called, _ in calls(ast.parse(source))} & IMPURE


@pytest.mark.parametrize("room", ["domain", "events", "api"])
def test_the_imported_room_is_the_project_s_own_and_no_other_distribution_s(room: str):
    # PyPI's `Events` installs a top-level `events/` too: docs/adr, decision 5.
    module = importlib.import_module(room)

    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / room / "__init__.py"
