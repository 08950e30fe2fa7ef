"""Stages in which much is done at once: replays left, files made to take all, and all together."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from tests.attack.besieged import Besieged, watched
from tests.attack.siege import MOST_MEGABYTES, Report, Siege, at_once, together
from tests.attack.stages import EXPORT, REPLAY, send_trailers
from tests.process import environment_of

_MEGABYTE = 2**20
#: What one import of a file of five megabytes may take.
_MOST_SECONDS = 75


def _noise() -> bytes:
    """Letters that do not pack well."""
    return os.urandom(256).hex().encode()


#: By name: the format, how the file begins, and what it then says again and again.
_BOMBS = {
    "line.jsonl": ("jsonl", b'{"act_id":"', b"x"),
    "open.xml": ("hsg-visits", b"<visits>", b"<visit>"),
    "comment.xml": ("hsg-visits", b"<visits><!--", b"x"),
    "attribute.xml": ("hsg-visits", b"<visits><visit a='", b"x"),
    "packed.tsv.gz": ("icews", b"", b"x"),
    "cut.jsonl.gz": ("jsonl", b"", b"".join(b'{"n":"%s"}\n' % _noise() for _ in range(1_000))),
    "row.csv": ("csv", b'act_id,type\n"', b"x,\n"),
}
#: What the importer says of some of them, besides their names.
_SAID = {"cut.jsonl.gz": "expected a whole file", "packed.tsv.gz": "expected a line of at most"}
_IMPORT = "from api.cli import main; main()"


def replays_left(siege: Siege) -> Report:
    """Replays that are asked for, begun, and left; some clients stop without leaving."""
    number = siege.number(50)
    report = Report(f"{number} replays are begun and left, again and again for {siege.seconds:g} s")
    with siege.service(CHANCERY_WRITE_SECONDS="5") as besieged, watched(besieged) as seen:
        until = time.monotonic() + siege.seconds
        together(number, lambda: _begin_and_leave(besieged, REPLAY, until))
    report.lines += seen.lines()
    report.broken += at_once(seen)
    return report


def _begin_and_leave(besieged: Besieged, path: str, until: float) -> None:
    sent = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    while time.monotonic() < until:
        try:
            with besieged.connected(4_096) as connection:
                connection.sendall(sent)
                connection.recv(100)
                time.sleep(0.2)
        except OSError:
            continue


def bombs(siege: Siege) -> Report:
    """Source files of five megabytes that were made to take all of a machine."""
    report = Report("files of 5 MB that are imported: each is refused, and nothing is recorded")
    size = max(1, round(5 * siege.share)) * _MEGABYTE
    before = _records(siege)
    for name, (form, begin, again) in _BOMBS.items():
        path = siege.folder / name
        # A line may be of 16 MiB.
        _write(path, begin, again, 4 * size if name == "line.jsonl" else size)
        seconds, megabytes, code, said = _imported(siege, form, path)
        path.unlink()
        what = f"{name}: exit code {code} after {seconds:.1f} s, {megabytes} MB: {said}"
        holds = code in (1, 2) and seconds < _MOST_SECONDS and megabytes < MOST_MEGABYTES
        told = name.removesuffix(".gz") in said and _SAID.get(name, "") in said
        report.holds(holds and told, what)
    report.holds(_records(siege) == before, f"{before} records as before")
    return report


def _write(path: Path, begin: bytes, again: bytes, size: int) -> None:
    """Write a file a little at a time: the importer is begun by this process, and weighed."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "wb") if packed else path.open("wb") as file:
        file.write(begin)
        piece = again * (_MEGABYTE // len(again))
        # What is packed says the same two hundred times over, or comes to its size before.
        for _ in range(200):
            file.write(piece)
            file.flush()
            if path.stat().st_size >= size:
                break
    if path.name.startswith("cut"):
        os.truncate(path, size // 2)


def _imported(siege: Siege, form: str, path: Path) -> tuple[float, int, int, str]:
    """Import a file; gives the seconds, the most memory in MB, the exit code, the last line."""
    begun = time.monotonic()
    with (siege.folder / "import.out").open("w+b") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _IMPORT, "import", form, str(path), "--store", siege.store],
            stdout=out,
            stderr=out,
            env=environment_of({}),
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line), "")
    return time.monotonic() - begun, used.ru_maxrss // 1_024, process.returncode, last[:300]


def _records(siege: Siege) -> int:
    with siege.service() as besieged:
        return int(besieged.number("chancery_head_position"))


def everything(siege: Siege) -> Report:
    """All that was done by itself, at once."""
    report = Report(
        f"exports, streams, replays, half heads and trailers at once, {siege.seconds:g} s"
    )
    half = b"GET / HTTP/1.1\r\nHost: 127"
    stream = b"GET /v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    settings = {"CHANCERY_WRITE_SECONDS": "5", "CHANCERY_HEAD_SECONDS": "3"}
    with siege.service(**settings) as besieged, watched(besieged) as seen:
        until = time.monotonic() + siege.seconds

        def hold(number: int, sent: bytes) -> None:
            with ExitStack() as held:
                for _ in range(number):
                    connection = held.enter_context(besieged.connected(4_096))
                    connection.sendall(sent)
                time.sleep(max(0.0, until - time.monotonic()))

        doing: list[Callable[[], object]] = [
            lambda: together(siege.number(50), lambda: _begin_and_leave(besieged, EXPORT, until)),
            lambda: together(siege.number(50), lambda: _begin_and_leave(besieged, REPLAY, until)),
            lambda: hold(siege.number(200), stream),
            lambda: hold(siege.number(400), half),
            lambda: together(4, lambda: send_trailers(besieged, siege.number(50))),
        ]
        threads = [Thread(target=one) for one in doing]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    report.lines += seen.lines()
    report.broken += at_once(seen)
    return report
