"""The load: writers who open acts, go on with them, correct, retract, erase, and send in bulk."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any

from tests.crash import deed
from tests.crash.act import ERASING, LIVES, PARTIES, Act
from tests.crash.deed import Request
from tests.crash.ledger import Ledger
from tests.crash.replies import again, check, refused
from tests.crash.wire import Answer, Unanswered, Wire

#: What a writer does next, and how often.
_DEEDS = {
    "open": 6,
    "go_on": 6,
    "correct": 3,
    "retract": 2,
    "bulk": 2,
    "contest": 2,
    "mistake": 1,
    "repeat": 1,
    "erase": 0.4,
}


class Writer:
    """One who writes, one request after another, until no answer comes."""

    def __init__(
        self,
        name: str,
        draw: random.Random,
        ledger: Ledger,
        *,
        weights: Mapping[str, float] | None = None,
        acts: Sequence[Act] = (),
        owed: Sequence[Request] = (),
        troubled: bool = False,
    ) -> None:
        """`acts` are gone on with, and requests `owed` an answer are sent before all others.

        Only where the store is `troubled` may the service answer with 503.
        """
        self.name = name
        self._draw = draw
        self._ledger = ledger
        self._weights = {**_DEEDS, **(weights or {})}
        self._count = 0
        self.answered = 0
        self._acts = list(acts)
        self._touched: list[Act] = []
        self._owed = list(owed)
        self._done: list[Request] = []
        self._troubled = troubled
        self.refusals: list[tuple[Request, Answer]] = []
        """Requests that the store could not be written for."""
        self.waited_seconds = 0.0
        """The longest that an answer took."""

    def work(self, wire: Wire, stopped: Event, most: int | None = None) -> None:
        """Send until stopped, or so often, or until no answer comes; raises `Loss`."""
        try:
            while self._owed and not stopped.is_set():
                again(self._owed[-1], wire)
                self._owed.pop()
            while not stopped.is_set() and most != self.answered:
                self.one(wire)
                self.answered += 1
        except Unanswered:
            return
        finally:
            wire.close()

    def one(self, wire: Wire) -> Answer:
        """Do one thing; raises `Unanswered`, and `Loss` for an answer that cannot be."""
        names = list(self._weights)
        does: Callable[[], tuple[Request, Callable[[Answer], None]]] = getattr(
            self, "_" + self._draw.choices(names, list(self._weights.values()))[0]
        )
        self._touched.clear()
        request, then = does()
        if request.answer is None:
            self._ledger.note(request)
        started = time.monotonic()
        answer = request.send(wire)
        self.waited_seconds = max(self.waited_seconds, time.monotonic() - started)
        if self._troubled and refused(request, answer):
            # Whether it was recorded is asked by sending it again. Its acts are left alone.
            self.refusals.append((request, answer))
            request.troubled = True
            self._acts = self.certain()
            return answer
        check(request, answer)
        request.answer = answer
        then(answer)
        return answer

    def certain(self) -> list[Act]:
        """Its acts but those that the last request was about, whose version is uncertain."""
        return [act for act in self._acts if act.act_id and act not in self._touched]

    def _key(self) -> str:
        self._count += 1
        return f"{self.name}-{self._count}"

    def _fresh(self, parties: tuple[str, ...] = PARTIES) -> Act:
        a, b = self._draw.sample(parties, 2)
        return Act("", self._draw.choice(LIVES), (a, b))

    def _own(self) -> Act | None:
        if not self._acts:
            return None
        act = self._draw.choice(self._acts)
        self._touched.append(act)
        return act

    def _took(self, act: Act, events: list[dict[str, Any]], mark: str) -> None:
        for number, event in enumerate(events):
            act.version += 1
            act.in_force[act.version] = {**event, "note": f"{mark}/{number}"}

    def _open(self) -> tuple[Request, Callable[[Answer], None]]:
        act, key = self._fresh(), self._key()
        events = act.events(self._draw, self._draw.randint(1, 4))
        named = f"crash:{key}" if self._draw.random() < 0.7 else None

        def then(answer: Answer) -> None:
            act.act_id = answer.json()["act_id"]
            self._took(act, events, key)
            self._acts.append(act)
            self._done.append(request)

        request = deed.new_act(key, named, events)
        return request, then

    def _go_on(self) -> tuple[Request, Callable[[Answer], None]]:
        act = self._own()
        if act is None:
            return self._open()
        key = self._key()
        events = act.events(self._draw, self._draw.randint(1, 3))

        def then(answer: Answer) -> None:
            self._took(act, events, key)
            self._done.append(request)

        request = deed.next_events(key, act.act_id, act.version, events)
        return request, then

    def _correct(self) -> tuple[Request, Callable[[Answer], None]]:
        act = self._own()
        if act is None:
            return self._open()
        key = self._key()
        version, event = self._draw.choice([*act.in_force.items(), *act.gone.items()])
        # Another year, and always another wording.
        changed = {**event, "date": f"{self._draw.randint(1994, 2019)}", "place": key}

        def then(answer: Answer) -> None:
            act.version += 1
            act.in_force[version] = changed
            act.gone.pop(version, None)
            self._done.append(request)

        request = deed.correction(key, act.act_id, act.version, version, changed)
        return request, then

    def _retract(self) -> tuple[Request, Callable[[Answer], None]]:
        act = self._own()
        if act is None or len(act.in_force) < 2:
            return self._open()
        key, version = self._key(), max(act.in_force)

        def then(answer: Answer) -> None:
            act.version += 1
            act.gone[version] = act.in_force.pop(version)
            self._done.append(request)

        request = deed.retraction(key, act.act_id, act.version, version)
        return request, then

    def _bulk(self) -> tuple[Request, Callable[[Answer], None]]:
        key = self._key()
        lines: list[tuple[str, int | None, list[dict[str, Any]]]] = []
        took: list[tuple[Act, list[dict[str, Any]], bool]] = []
        for number in range(self._draw.randint(2, 8)):
            own = self._own() if self._draw.random() < 0.4 else None
            if own is not None and all(act is not own for act, _, _ in took):
                events = own.events(self._draw, 1)
                lines.append((own.act_id, own.version, events))
                took.append((own, events, False))
            else:
                act = self._fresh()
                act.act_id = f"crash:{key}.{number}"
                events = act.events(self._draw, self._draw.randint(1, 3))
                lines.append((act.act_id, None, events))
                took.append((act, events, True))

        def then(answer: Answer) -> None:
            for number, (act, events, new) in enumerate(took):
                self._took(act, events, f"{key}.{number}")
                if new:
                    self._acts.append(act)
            self._done.append(request)

        request = deed.bulk(key, lines)
        return request, then

    def _contest(self) -> tuple[Request, Callable[[Answer], None]]:
        """Go on with an act that all writers go on with, at the version it was last seen at."""
        act_id = "crash:contested"
        key, version = self._key(), self._ledger.contested
        if version == 0:
            act = Act(act_id, LIVES[0], ("KAZ", "KGZ"))
            request = deed.new_act(key, act_id, act.events(self._draw, 1))
        else:
            event = {"type": "talk.held", "date": f"{self._draw.randint(1994, 2019)}"}
            request = deed.next_events(key, act_id, version, [event])
        request.contested = True

        def then(answer: Answer) -> None:
            document = answer.json()
            self._ledger.contested = (
                document["version"] if answer.status == 201 else self._known(document, version)
            )

        return request, then

    def _known(self, problem: Mapping[str, Any], version: int) -> int:
        """The version that a refusal names, or one where it names none."""
        for one in problem["problems"]:
            if one["where"] == "If-Match":
                return int(one["expected"].strip('"'))
        return max(version, 1)

    def _mistake(self) -> tuple[Request, Callable[[Answer], None]]:
        """Events of which the last is not well-formed: none of them may be stored."""
        act, key = self._fresh(), self._key()
        events = act.events(self._draw, 3)
        events[-1]["date"] = "2019-02-30"
        request = deed.new_act(key, f"crash:{key}", events)
        request.wrong = True
        return request, lambda answer: None

    def _repeat(self) -> tuple[Request, Callable[[Answer], None]]:
        """Send again what was answered."""
        if not self._done:
            return self._open()
        return self._draw.choice(self._done), lambda answer: None

    def _erase(self) -> tuple[Request, Callable[[Answer], None]]:
        """Erase the first event of an act that the ledger has seen, or record one to be erased."""
        key = self._key()
        act_id = self._ledger.erasable()
        if act_id is None:
            act = self._fresh(ERASING)
            events = act.events(self._draw, 2)
            return deed.new_act(key, f"erase:{key}", events), lambda answer: None
        version = self._ledger.versions[act_id]
        return deed.erasure(key, act_id, version, 1), lambda answer: None
