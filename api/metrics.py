"""Metrics: what the service counts about itself, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from events.log.record import CORRECTED, ERASED, RETRACTED

#: What is counted apart from the events of a kind.
_ABOUT = {CORRECTED: "correction", RETRACTED: "retraction", ERASED: "erasure"}
#: Seconds: an answer from the index takes one or two thousandths, a whole export minutes.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        #: What was asked for by its labels before: to find it anew costs more than to count.
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._kinds: dict[str, Counter] = {}
        self._watched: Collector | None = None
        self.position = 0
        """The last position that this process acknowledged."""
        self._requests = Counter(
            "chancery_http_requests",
            "Requests by method, route template and status (499: the client left first).",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "chancery_http_request_seconds",
            "Seconds until the answer was complete, by route template; a stream's are its life.",
            ("route",),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._refused = Counter(
            "chancery_refusals",
            "Requests, and lines of bulk requests, that were refused, by type of problem.",
            ("problem",),
            registry=self._registry,
        )
        self._appended = Counter(
            "chancery_records_appended",
            "Records this process appended for its callers: events by kind of act, else "
            "correction, retraction or erasure.",
            ("kind",),
            registry=self._registry,
        )
        self._asked = Histogram(
            "chancery_as_of_seconds",
            "Seconds the store took to answer a question as of a day and a state of knowledge, by "
            "question; without HTTP.",
            ("question",),
            registry=self._registry,
            buckets=_BUCKETS,
        )

    def watch(self, collector: Collector) -> None:
        """Ask this too at each scrape, in the place of what was asked before."""
        if self._watched is not None:
            self._registry.unregister(self._watched)
        self._registry.register(collector)
        self._watched = collector

    def asked(self, question: str) -> AbstractContextManager[Any]:
        """Time a question for as long as the context lasts."""
        return self._asked.labels(question).time()

    def answered(
        self, method: str, route: str, status: int, seconds: float, problem: str | None
    ) -> None:
        """Count a request that was answered."""
        found = self._found.get((method, route, status))
        if found is None:
            requests = self._requests.labels(method, route, str(status))
            found = self._found[method, route, status] = requests, self._seconds.labels(route)
        found[0].inc()
        found[1].observe(seconds)
        if problem is not None:
            self._refused.labels(problem).inc()

    def refused(self, problems: Mapping[str, int]) -> None:
        """Count refusals within a request, by type of problem."""
        for problem, count in problems.items():
            self._refused.labels(problem).inc(count)

    def appended(self, types: Iterable[str]) -> int:
        """Count records by their stored types; gives how many they were."""
        counted = 0
        for name in types:
            kind = self._kinds.get(name)
            if kind is None:
                word = _ABOUT.get(name, name.partition(".")[0])
                kind = self._kinds[name] = self._appended.labels(word)
            kind.inc()
            counted += 1
        return counted

    def exposition(self) -> tuple[bytes, str]:
        """All numbers as text, with their media type."""
        return self.text(), CONTENT_TYPE_PLAIN_0_0_4

    def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self._registry)


def recorded(request: Request, types: Iterable[str], position: int) -> None:
    """Count what a request recorded, and have its log line tell it."""
    numbers: Metrics = request.app.state.numbers
    count = numbers.appended(types)
    if count:
        numbers.position = max(numbers.position, position)
        request.state.recorded = count
        request.state.position = position
