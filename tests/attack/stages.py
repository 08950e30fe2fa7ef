"""Stages: what is done to a service, each in a way that once stopped one, and what must hold."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.api.provider import AUDIENCE, RSA_KEYS, Provider
from tests.attack.besieged import Besieged, key_of, watched
from tests.attack.siege import MOST_MEGABYTES, Report, Siege, at_once, together

EXPORT = "/v1/exports/acts.jsonl"
REPLAY = "/v1/relationships/GBR-USA/replay"
STATE = "/v1/relationships/FRA-USA"
#: How long one waits for what must come.
_MOST_SECONDS = 60


def exports(siege: Siege) -> Report:
    """Many exports at once."""
    number = siege.number(50)
    report = Report(f"{number} times GET {EXPORT} at once")
    statuses: Counter[int] = Counter()
    with siege.service() as besieged:
        with watched(besieged) as seen:
            together(number, lambda: statuses.update([besieged.ask("GET", EXPORT)[0]]))
        megabytes = besieged.memory_megabytes()
    report.lines += [f"answered in {seen.seconds:.1f} s", *seen.lines()]
    report.holds(set(statuses) <= {200, 503}, f"statuses {dict(statuses)}: 200 or 503")
    report.holds(megabytes < MOST_MEGABYTES, f"{megabytes} MB in memory afterwards")
    report.broken += at_once(seen)
    return report


def heads(siege: Siege) -> Report:
    """Their heads alone, again and again."""
    number = siege.number(50)
    report = Report(f"{number} clients ask HEAD {EXPORT} for {siege.seconds:g} s")
    statuses = _again_and_again(siege, report, number, "HEAD", EXPORT)
    report.holds(set(statuses) == {200}, f"statuses {dict(statuses)}: 200 alone")
    return report


def questions(siege: Siege) -> Report:
    """As many questions as come through."""
    number = siege.number(64)
    report = Report(f"{number} clients ask {STATE} for {siege.seconds:g} s")
    statuses = _again_and_again(siege, report, number, "GET", STATE)
    report.holds(set(statuses) == {200}, f"statuses {dict(statuses)}: 200 alone")
    return report


def _again_and_again(
    siege: Siege, report: Report, number: int, method: str, path: str
) -> Counter[int]:
    statuses: Counter[int] = Counter()
    with siege.service() as besieged, watched(besieged) as seen:
        until = time.monotonic() + siege.seconds

        def ask() -> None:
            while time.monotonic() < until:
                statuses.update([besieged.ask(method, path)[0]])

        together(number, ask)
    report.lines += [f"{statuses.total() / siege.seconds:.0f} answers a second", *seen.lines()]
    report.broken += at_once(seen)
    return statuses


def streams(siege: Siege) -> Report:
    """Event streams from the first record, of which nobody reads anything."""
    number = siege.number(200)
    report = Report(f"{number} event streams from position 0, of which nothing is read")
    sent = b"GET /v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with (
        siege.service(CHANCERY_WRITE_SECONDS="5") as besieged,
        watched(besieged) as seen,
        ExitStack() as held,
    ):
        for _ in range(number):
            held.enter_context(besieged.connected(4_096)).sendall(sent)
        ended, most = 0.0, 0
        begun = time.monotonic()
        while ended < number and time.monotonic() - begun < _MOST_SECONDS:
            time.sleep(1)
            most = max(most, besieged.memory_megabytes())
            ended = besieged.number('chancery_connections_ended_total{why="write"}')
    report.lines += seen.lines()
    report.holds(ended == number, f"{ended:.0f} of them ended, since nothing was taken")
    report.holds(most < MOST_MEGABYTES, f"{most} MB in memory meanwhile")
    report.broken += at_once(seen)
    return report


def stalled(siege: Siege) -> Report:
    """Readers who stop in the midst of a replay, while others record and something is erased."""
    number = siege.number(20)
    report = Report(f"{number} clients stop in the midst of a replay, and an act is erased")
    sent = f"GET {REPLAY} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    word = "Unnameable"
    with siege.service(CHANCERY_LONG_PLACES=str(2 * number)) as besieged, ExitStack() as held:
        recorded = [_record(besieged, f"attack:{n}", f"{word} {n}") for n in range(number)]
        for _ in range(number):
            connection = held.enter_context(besieged.connected(4_096))
            connection.sendall(sent)
            connection.recv(100)
        status, headers, _ = besieged.ask(
            "POST", "/v1/acts/attack:0/events/1/erasure", {"reason": "a court ordered it"}
        )
        purged = headers.get("chancery-purged")
        report.holds((status, purged) == (201, "true"), f"erased: {status}, purged: {purged}")
        seconds = [_record(besieged, f"attack:after-{n}", "x") for n in range(30)]
    typical = sorted(seconds)[len(seconds) // 2]
    before = sorted(recorded)[len(recorded) // 2]
    report.holds(
        typical < 10 * before + 0.05,
        f"an append: {before * 1_000:.1f} ms before the erasure, {typical * 1_000:.1f} ms after",
    )
    if siege.store.startswith("sqlite"):
        path = siege.store.removeprefix("sqlite:///")
        log = Path(f"{path}-wal")
        size = log.stat().st_size // 2**20 if log.exists() else 0
        report.holds(size < 64, f"{size} MB of write-ahead log")
        found = [one for one in (Path(path), log) if _holds(one, f"{word} 0".encode())]
        report.holds(not found, f"files that hold what was erased: {len(found)}")
    return report


def _record(besieged: Besieged, act_id: str, title: str) -> float:
    body = {
        "act_id": act_id,
        "events": [
            {
                "type": "talk.held",
                "date": "2020-01-01",
                "title": title,
                "parties": [{"party": "GBR"}, {"party": "USA"}],
            }
        ],
    }
    begun = time.monotonic()
    status, _, answer = besieged.ask("POST", "/v1/acts", body)
    assert status == 201, answer
    return time.monotonic() - begun


def _holds(path: Path, word: bytes) -> bool:
    # What is told is followed by the end of its text.
    return path.exists() and word + b'"' in path.read_bytes()


def leaving(siege: Siege) -> Report:
    """Clients who ask for an export and go."""
    number = siege.number(20)
    report = Report(f"{number} clients ask for an export and leave")
    sent = f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with siege.service(CHANCERY_LONG_PLACES=str(2 * number)) as besieged:
        for _ in range(number):
            with besieged.connected() as connection:
                connection.sendall(sent)
        begun = time.monotonic()
        while besieged.number("chancery_long_work_taken_places") and time.monotonic() - begun < 30:
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        failed = besieged.logged().count('"level":"error"')
    report.holds(seconds < 5, f"nothing more is done for them after {seconds:.1f} s")
    report.holds(not failed, f"errors logged: {failed}")
    return report


def half_heads(siege: Siege) -> Report:
    """Connections that send half a head, more of them than there may be."""
    number = siege.number(1_000)
    report = Report(f"{number} connections send half a head")
    settings = {"CHANCERY_HEAD_SECONDS": "3", "CHANCERY_CONNECTIONS": str(max(16, number // 2))}
    with siege.service(**settings) as besieged, watched(besieged) as seen, ExitStack() as held:
        for _ in range(number):
            held.enter_context(besieged.connected()).sendall(b"GET / HTTP/1.1\r\nHost: 127")
        most = besieged.number("chancery_open_connections")
        status = besieged.ask("GET", STATE)[0]
        time.sleep(6)
        left = besieged.number("chancery_open_connections")
    report.lines += seen.lines()
    report.holds(most <= number // 2 + 64, f"{most:.0f} connections at once")
    report.holds(status == 200, f"a question in their midst: {status}")
    report.holds(left < 20, f"{left:.0f} connections 6 s later")
    report.broken += at_once(seen)
    return report


def handles(siege: Siege) -> Report:
    """More connections than the system has file handles for."""
    report = Report("400 connections, and 256 file handles")
    sent = b"GET /v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with siege.service(handles=256) as besieged:
        with ExitStack() as held:
            for _ in range(400):
                held.enter_context(besieged.connected()).sendall(sent)
            time.sleep(2)
            health = besieged.ask("GET", "/healthz")[0]
        time.sleep(2)
        after = besieged.ask("GET", STATE)[0]
        logged = besieged.logged()
    report.holds("fewer connections" in logged, "that there may be fewer connections is logged")
    report.holds(health == 200, f"health meanwhile: {health}")
    report.holds(after == 200, f"a question afterwards: {after}")
    return report


def trailers(siege: Siege) -> Report:
    """Trailers without end."""
    megabytes = siege.number(50)
    report = Report(f"{megabytes} MB of trailers in each of four requests")
    with siege.service() as besieged:
        before = besieged.memory_megabytes()
        together(4, lambda: send_trailers(besieged, megabytes))
        grown = besieged.memory_megabytes() - before
        status = besieged.ask("GET", STATE)[0]
    report.holds(grown < 32, f"memory grew by {grown} MB")
    report.holds(status == 200, f"a question afterwards: {status}")
    return report


def send_trailers(besieged: Besieged, megabytes: int) -> None:
    """Send a small body with so many megabytes of trailers, until the connection is ended."""
    head = (
        b"POST /v1/acts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    )
    with suppress(OSError), besieged.connected() as connection:
        connection.sendall(head)
        for _ in range(megabytes * 100):
            connection.sendall(b"X-Note: y\r\n" * 1_000)


def provider(siege: Siege) -> Report:
    """Tokens that name keys nobody knows, and an OpenID provider that never comes to its end."""
    number = siege.number(50)
    report = Report(f"{number} tokens of unknown keys, of a provider that answers byte by byte")
    statuses: Counter[int] = Counter()
    with Provider() as slow:
        slow.dribbles = True
        settings = {"CHANCERY_OPENID_ISSUER": slow.issuer, "CHANCERY_OPENID_AUDIENCE": AUDIENCE}
        shown = iter([slow.token(f"k{n}", key=RSA_KEYS["spring"]) for n in range(number)])
        turn = threading.Lock()

        def ask() -> None:
            with turn:
                token = next(shown)
            headers = {"Authorization": f"Bearer {token}"}
            statuses.update([besieged.ask("GET", STATE, headers=headers)[0]])

        key = key_of(siege.store)
        with siege.service(key=key, **settings) as besieged, watched(besieged) as seen:
            together(number, ask)
            time.sleep(2)
        asked = len(slow.asked)
    report.lines += [f"answered: {dict(statuses)}", *seen.lines()]
    report.holds(set(statuses) <= {401, 429, 503}, f"statuses {dict(statuses)}: a refusal")
    report.holds(asked <= 2, f"the provider was asked {asked} times")
    report.holds(seen.seconds < 20, f"all were answered in {seen.seconds:.1f} s")
    report.broken += at_once(seen)
    return report


def heavy(siege: Siege) -> Report:
    """Orders that would keep all other writers waiting."""
    report = Report("an act of 500 events, and one of 500 parties")
    with siege.service() as besieged:
        codes = _codes(besieged)
        parties = [{"party": code} for code in codes[:500]]
        signed = {"type": "agreement.signed", "date": "2000-01-01", "title": "x"}
        few = {**signed, "parties": parties[:2]}
        for what, events in (
            ("500 events", [few] * 500),
            ("500 parties", [{**signed, "parties": parties}]),
        ):
            begun = time.monotonic()
            status = besieged.ask("POST", "/v1/acts", {"events": events})[0]
            seconds = time.monotonic() - begun
            report.holds((status, seconds < 3) == (422, True), f"{what}: {status}, {seconds:.2f} s")
    return report


def _codes(besieged: Besieged) -> list[str]:
    found: list[str] = []
    cursor = ""
    while len(found) < 500:
        page = json.loads(besieged.ask("GET", f"/v1/parties?limit=500&cursor={cursor}")[2])
        found += [party["code"] for party in page["parties"]]
        cursor = page["cursor"]
    return found
