"""The campaign, with few clients: a service holds out in each stage of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.conftest import run
from tests.attack.__main__ import STAGES
from tests.attack.siege import Siege

#: Those that need few clients to show what they show, and no measuring of time.
QUICK = ("stalled", "leaving", "trailers", "heavy", "handles")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('attack') / 'acts.db'}"
    assert run("sample", "us-visits", store=url).returncode == 0
    return url


@pytest.mark.parametrize("name", QUICK)
def test_a_service_holds_out(store: str, tmp_path: Path, name: str):
    siege = Siege(store, tmp_path, share=0.2, seconds=1)
    report = STAGES[name](siege)
    assert report.broken + siege.unreleased == []
    assert report.lines
