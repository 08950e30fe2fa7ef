"""The ledger: what the log was seen to hold, what was asked of it, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from tests.crash.deed import Deed, Request, mark_of
from tests.crash.loss import Loss
from tests.crash.wire import Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as the log was first seen to hold it."""

    act_id: str
    version: int
    type: str
    mark: str
    recorded_at: str
    header: str
    body: Mapping[str, Any]


class Ledger:
    """What one store must hold. Every method but `note` is for one thread."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.requests: dict[str, Request] = {}
        self.versions: dict[str, int] = {}
        self._deeds: dict[str, Deed] = {}
        self._of_mark: dict[str, list[int]] = {}
        self._places: dict[tuple[str, int], int] = {}
        self._erased: set[int] = set()
        self._new: set[str] = set()
        self._erasable: list[str] = []
        self._lock = Lock()
        #: The version at which the writers last saw the act that all of them go on with.
        self.contested = 0

    def note(self, request: Request) -> None:
        """A request is about to be sent."""
        with self._lock:
            self.requests[request.key] = request
            self._new.add(request.key)
            for deed in request.deeds:
                self._deeds[deed.mark] = deed

    def expect(self, deeds: Iterable[Deed]) -> None:
        """Deeds that come in by another way than a request: an import."""
        with self._lock:
            for deed in deeds:
                self._deeds[deed.mark] = deed

    def erasable(self) -> str | None:
        """An act that was recorded to be erased, given once."""
        with self._lock:
            return self._erasable.pop() if self._erasable else None

    # The log as it is read

    def take(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Records beyond those seen before, in the order in which they came."""
        for record in records:
            self._in_order(record)
            if record["body"] is None:
                raise Loss("altered", f"position {record['position']} is erased before it was seen")
            mark, _, number = mark_of(record["type"], record["body"]).rpartition("/")
            self._fits(record, mark, int(number))
            position = len(self.entries) + 1
            self.entries.append(
                Entry(
                    record["act_id"],
                    record["version"],
                    record["type"],
                    mark,
                    record["recorded_at"],
                    record["digest"],
                    record["body"],
                )
            )
            self.versions[record["act_id"]] = record["version"]
            self._of_mark.setdefault(mark, []).append(position)
            self._places[record["act_id"], record["version"]] = position
            if record["version"] == 1 and record["act_id"].startswith("erase:"):
                self._erasable.append(record["act_id"])
            if record["type"] == "event.erased":
                self._erased |= {entry["position"] for entry in record["body"]["records"]}

    def again(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Records seen before, read again: they are what they were."""
        for record in records:
            entry = self.entries[record["position"] - 1]
            same = (
                record["act_id"] == entry.act_id
                and record["version"] == entry.version
                and record["type"] == entry.type
                and record["recorded_at"] == entry.recorded_at
                and record["digest"] == entry.header
            )
            if record["position"] in self._erased:
                same = same and record["body"] is None
            else:
                same = same and record["body"] == entry.body
            if not same:
                raise Loss("altered", f"position {record['position']}: {entry} became {record}")

    def _in_order(self, record: Mapping[str, Any]) -> None:
        position, act_id = record["position"], record["act_id"]
        if position != len(self.entries) + 1:
            raise Loss("gap", f"after position {len(self.entries)} comes {position}")
        if self.entries and record["recorded_at"] < self.entries[-1].recorded_at:
            raise Loss("backwards", f"position {position} is of {record['recorded_at']}")
        if record["version"] != self.versions.get(act_id, 0) + 1:
            raise Loss("gap", f"act {act_id} has version {record['version']} at {position}")

    def _fits(self, record: Mapping[str, Any], mark: str, number: int) -> None:
        where = f"position {record['position']}, {mark}/{number}"
        deed = self._deeds.get(mark)
        if deed is None:
            raise Loss("stray", f"{where}: nobody asked for it")
        there = len(self._of_mark.get(mark, ()))
        if number != there or number >= len(deed.records):
            kind = "doubled" if number < there else "halved"
            raise Loss(kind, f"{where}: {there} of {len(deed.records)} were there before")
        if there and self._of_mark[mark][-1] != len(self.entries):
            raise Loss("halved", f"{where}: the deed's records do not follow one another")
        expected = deed.records[number]
        body = {name: record["body"].get(name) for name in expected.body}
        if record["type"] != expected.type or body != expected.body:
            raise Loss("altered", f"{where}: expected {expected}, got {record}")
        if expected.type != "event.erased" and record["body"].keys() != expected.body.keys():
            raise Loss("altered", f"{where}: expected {expected}, got {record}")
        if deed.act_id is not None and record["act_id"] != deed.act_id:
            raise Loss("altered", f"{where}: expected {deed.act_id}, got {record['act_id']}")

    # What was asked, and what came of it

    def deeds(self, beginning: str) -> list[Deed]:
        """The deeds whose marks have a beginning before a point."""
        marks = (mark for mark in self._deeds if mark.startswith(f"{beginning}."))
        return [self._deeds[mark] for mark in marks]

    def positions(self, deed: Deed) -> list[int]:
        """Where the records of a deed are; none, or all of them."""
        there = self._of_mark.get(deed.mark, [])
        if there and len(there) != len(deed.records):
            raise Loss("halved", f"{deed.mark}: {len(there)} of {len(deed.records)} are there")
        return there

    def settle(self, *, every: bool = False) -> None:
        """Compare what was answered with the log as it is now known, since the last time."""
        with self._lock:
            keys = list(self.requests) if every else list(self._new)
            self._new = {key for key in self._new if self.requests[key].answer is None}
        for key in keys:
            self._agree(self.requests[key])

    def _agree(self, request: Request) -> None:
        recorded = [bool(self.positions(deed)) for deed in request.deeds]
        answer = request.answer
        if answer is None:
            if recorded != sorted(recorded, reverse=True) and not request.troubled:
                raise Loss("lost", f"{request.key}: a line is missing before one that is there")
            return
        for deed, status, receipt in outcomes(request, answer):
            there = self.positions(deed)
            if status in (200, 201):
                self._acknowledged(deed, there, receipt)
            elif there:
                raise Loss("stray", f"{deed.mark} was refused with {status} and is at {there}")

    def _acknowledged(self, deed: Deed, there: list[int], document: Mapping[str, Any]) -> None:
        if not there:
            raise Loss("lost", f"{deed.mark} was acknowledged at {document['positions']}")
        last = self.entries[there[-1] - 1]
        receipt = (
            document["positions"],
            document["act_id"],
            document["version"],
            document["recorded_at"],
        )
        if receipt != (there, last.act_id, last.version, last.recorded_at):
            raise Loss("altered", f"{deed.mark}: acknowledged as {document}, got {last} at {there}")

    def unanswered(self) -> list[Request]:
        """Requests whose answer did not come."""
        return [request for request in self.requests.values() if request.answer is None]


def outcomes(request: Request, answer: Answer) -> list[tuple[Deed, int, Mapping[str, Any]]]:
    """What became of each deed of a request: its status, and its receipt or problem."""
    if not request.bulk or answer.status != 200:
        document = answer.json()
        return [(deed, answer.status, document) for deed in request.deeds]
    lines = answer.lines()
    if [line["line"] for line in lines] != list(range(1, len(request.deeds) + 1)):
        raise Loss("answer", f"{request.key}: {lines}")
    return [(deed, line["status"], line) for deed, line in zip(request.deeds, lines, strict=True)]
