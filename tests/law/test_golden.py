"""The same basis gives the same bytes for ever, so other bytes need another edition."""

from __future__ import annotations

import pytest

from domain.relationship import LAW_EDITION
from tests.law import golden
from tests.law.table import History, histories

KEPT = golden.kept()


def test_the_digests_are_of_the_edition_that_answers_and_of_every_history():
    assert KEPT["law"] == LAW_EDITION
    assert KEPT["answers"].keys() == {history.name for history in histories()}


@pytest.mark.parametrize("history", histories(), ids=lambda history: history.name)
def test_what_an_edition_answered_it_answers_in_the_same_bytes(history: History):
    assert golden.digest_of(history) == KEPT["answers"][history.name], (
        "answers have other bytes: count LAW_EDITION up, tell it in docs/law.md, "
        "and run python -m tests.law.golden"
    )


def test_digests_are_renewed_for_another_edition_alone(tmp_path, monkeypatch, capsys):
    first, second = histories()[:2]
    monkeypatch.setattr(golden, "histories", lambda: [first, second])
    monkeypatch.setattr(golden, "GOLDEN", tmp_path / "golden.json")
    assert golden.main() == 0
    monkeypatch.setattr(golden, "digest_of", lambda history: history.title)
    assert golden.main() == 1
    assert first.name in capsys.readouterr().err
    monkeypatch.setattr(golden, "LAW_EDITION", LAW_EDITION + 1)
    assert golden.main() == 0
    assert golden.kept() == {
        "law": LAW_EDITION + 1,
        "answers": {one.name: one.title for one in (first, second)},
    }
