"""The README is true: every command in it is run, and answers what it says."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "chancery"
ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SESSIONS = re.findall(r"### (.+?)\n.*?```console\n(.*?)```", README, re.DOTALL)
RECORDING = re.findall(r"## Recording.*?```console\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose store holds the sample."""
    made = tmp_path_factory.mktemp("readme")
    run("chancery sample", made)
    return made


def run(command: str, folder: Path) -> str:
    """What a command says, on both streams, without the blanks that end a line."""
    words = command.replace("chancery ", f'"{COMMAND}" ', 1)
    environment = {**os.environ, "COLUMNS": "300", "NO_COLOR": "1"}
    environment.pop("CHANCERY_STORE", None)
    done = subprocess.run(
        ["sh", "-c", words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def steps(session: str) -> list[tuple[str, str]]:
    """The commands of a session, each with what it is said to answer."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)[1:]
    return [(parts[at], parts[at + 1].rstrip("\n")) for at in range(0, len(parts), 2)]


def fits(said: str, answer: str) -> bool:
    """Whether an answer is what was said, where … stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in re.split("…", said))
    return re.fullmatch(pattern, answer, re.DOTALL) is not None


def test_there_are_five_questions_and_each_has_an_answer() -> None:
    assert len(SESSIONS) == 5
    assert all(steps(session) for _, session in SESSIONS)


@pytest.mark.parametrize(("question", "session"), SESSIONS, ids=[row[0] for row in SESSIONS])
def test_the_question_has_the_answer_the_readme_gives(
    folder: Path, question: str, session: str
) -> None:
    for command, said in steps(session):
        answer = run(command, folder)
        assert fits(said, answer), f"{question}\n$ {command}\n{answer}"


def test_an_act_of_ones_own_is_recorded_as_the_readme_says(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "chancery.db").write_bytes((folder / "chancery.db").read_bytes())
    shown, recorded = steps(RECORDING[0])
    (tmp_path / "visit.json").write_text(shown[1], encoding="utf-8")
    assert fits(recorded[1], run(recorded[0], tmp_path))


def test_the_pictures_are_there_small_and_ask_no_other_machine_for_anything() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert [Path(name).suffix for name in shown] == [".png", ".svg"]
    assert all((ROOT / name).stat().st_size < 200_000 for name in shown)
    drawn = (ROOT / shown[1]).read_text("utf-8")
    assert set(re.findall(r"https?://[^\"') ]+", drawn)) == {"http://www.w3.org/2000/svg"}
    # Whoever comes sees the page before anything is asked of them.
    assert README.index(shown[0]) < README.index("## Two commands")


def test_the_session_that_is_drawn_says_what_the_commands_say(folder: Path) -> None:
    drawn = (ROOT / "docs/pictures/session.svg").read_text("utf-8")
    words = " ".join(re.findall(r">([^<>]+)</text>", drawn)).replace("&#160;", " ")
    flat = " ".join(html.unescape(words).split())
    for command in ("chancery state KAZ-KGZ --as-of 2024-02-02", "chancery verify"):
        assert command in flat
        answer = run(command, folder)
        # The instant of what is known is that of the recording.
        printed = re.sub(r"known at \S+", "…", " ".join(answer.split()))
        assert printed in re.sub(r"known at \S+", "…", flat)


def test_the_patterns_can_fail() -> None:
    assert not fits("position 8143", "position 8144")
    assert fits("a … c", "a b c")
