"""One version: the project's own, the newest of the changelog, and the wheel that running names."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
#: The kinds of change that Keep a Changelog knows, in its order.
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def test_the_newest_version_of_the_changelog_is_the_project_s():
    (unreleased, _), (newest, day), *_ = re.findall(
        r"^## \[(.+?)\](?: - (\S+))?$", CHANGELOG, re.MULTILINE
    )
    assert (unreleased, newest) == ("Unreleased", VERSION)
    assert date.fromisoformat(day).year >= 2026


def test_every_change_of_a_version_is_of_a_kind_and_the_kinds_keep_their_order():
    for version in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        before_any, *parts = re.split(r"^### ", version, flags=re.MULTILINE)
        assert "\n- " not in before_any
        kinds = [part.partition("\n")[0] for part in parts]
        assert kinds == [kind for kind in KINDS if kind in kinds]
        assert all("\n- " in part for part in parts)


def test_running_names_the_wheel_of_this_version():
    versions = re.findall(r"chancery-(\S+?)-py3", (ROOT / "docs" / "running.md").read_text("utf-8"))
    assert versions == [VERSION]
