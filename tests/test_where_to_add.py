"""The recipes of ARCHITECTURE.md lead where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: What somebody is likely to add, each in the words of its recipe.
ASKED = (
    "a kind",
    "an event or a field",
    "a command",
    "a route",
    "a member of an answer",
    "a scope",
    "a page",
    "a command of the terminal",
    "a setting",
    "a metric",
    "a format to read",
    "a format to write",
    "a peer of the benchmark",
    "a store",
    "a party, a name, a code",
)


def recipes() -> dict[str, str]:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    _, _, section = text.partition("## Where to add\n")
    found = re.findall(r"^- \*\*(.+?)\*\*: (.+?)(?=^- \*\*|\Z)", section, re.M | re.S)
    return {name.lower(): " ".join(body.split()) for name, body in found}


RECIPES = recipes()


@pytest.mark.parametrize("name", ASKED)
def test_there_is_a_recipe_for_what_is_likely_to_be_added(name: str):
    assert name in RECIPES


@pytest.mark.parametrize("name", RECIPES)
def test_every_path_of_a_recipe_is_there(name: str):
    paths = [word for word in quoted(RECIPES[name]) if "/" in word]

    assert paths, "a recipe names at least one file"
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", RECIPES)
def test_every_name_of_a_recipe_stands_in_one_of_its_files(name: str):
    files = [ROOT / word for word in quoted(RECIPES[name]) if word.endswith(".py")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    names = [word for word in quoted(RECIPES[name]) if re.fullmatch(r"\w+", word)]

    assert [word for word in names if not re.search(rf"\b{re.escape(word)}\b", text)] == []


def quoted(body: str) -> list[str]:
    return re.findall(r"`([^`]+)`", body)
