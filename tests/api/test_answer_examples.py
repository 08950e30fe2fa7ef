"""The documented answers are what the service really answers to the documented examples."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api.app import create_app
from api.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from build_answer_examples import FILE, WITHOUT, answers


def test_every_documented_answer_is_what_the_service_answers() -> None:
    assert json.loads(FILE.read_text("utf-8")) == answers()


def test_every_operation_that_answers_with_text_shows_an_answer() -> None:
    document = create_app(Settings(store="sqlite:///:memory:")).openapi()
    shown = set(json.loads(FILE.read_text("utf-8")))
    for path, methods in document["paths"].items():
        for method in methods:
            if path not in WITHOUT:
                assert f"{method.upper()} {path}" in shown
