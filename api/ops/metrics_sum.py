"""Metrics of several workers: whichever of them is scraped answers for all.

Each worker gives its own numbers on a socket of a folder that only this user can open. The one that
is scraped asks the others and adds up: counters, histograms and what a process has open. What tells
of the store is the same for all, and is the scraped worker's.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

#: Of the store, and so of every worker alike.
_OF_THE_STORE = re.compile(
    r"chancery_(head_position|last_recorded_|store_|index_|checkpoint_|webhook_|signed_|log_|build)"
)
#: The largest of the workers' values is what counts.
_LARGEST = frozenset({"chancery_feed_lag_positions"})
#: When a counter began: the earliest.
_CREATED = "_created"
#: How long another worker may take to give its numbers, before they are left out.
_WAIT_SECONDS = 2.0
_PIECE_BYTES = 2**16


class MetricsSum:
    """The numbers of this worker for the others, and those of all for a scrape."""

    def __init__(self, folder: Path, number: int, own: Callable[[], bytes]) -> None:
        """`number` is this worker's; `own` makes its numbers, in Prometheus' text format."""
        self._folder = folder
        self._path = folder / f"{number}.metrics"
        self._own = own
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._thread = threading.Thread(target=self._serve, name="metrics", daemon=True)

    def start(self) -> None:
        """Answer the other workers from now on."""
        # One that was killed leaves its socket behind.
        self._path.unlink(missing_ok=True)
        self._listening.bind(str(self._path))
        self._listening.listen()
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody more."""
        self._path.unlink(missing_ok=True)
        # Closing alone would leave the thread in `accept`.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def exposition(self) -> tuple[bytes, str]:
        """The numbers of all workers as text, with their media type.

        A worker that gives none in time is missing from the sums.
        """
        texts = [self._own().decode()]
        for path in sorted(self._folder.glob("*.metrics")):
            if path != self._path:
                with contextlib.suppress(OSError):
                    texts.append(_asked(path).decode())
        registry = CollectorRegistry()
        registry.register(_Added(texts))
        return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4

    def _serve(self) -> None:
        while True:
            try:
                asking, _ = self._listening.accept()
            except OSError:
                return
            with asking, contextlib.suppress(OSError):
                asking.settimeout(_WAIT_SECONDS)
                asking.sendall(self._own())


def _asked(path: Path) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_WAIT_SECONDS)
        asking.connect(str(path))
        return b"".join(iter(lambda: asking.recv(_PIECE_BYTES), b""))


class _Added(Collector):
    """Families of several texts, each once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        first, *others = self._texts
        families = {one.name: one for one in text_string_to_metric_families(first)}
        for text in others:
            for family in text_string_to_metric_families(text):
                known = families.setdefault(family.name, family)
                if known is not family and _OF_THE_STORE.match(family.name) is None:
                    known.samples = list(_added(known.samples, family.samples))
        return iter(families.values())

    def describe(self) -> Iterator[Metric]:
        """Nothing: a registry that asks for names would else ask for the numbers."""
        return iter(())


def _added(one: Iterable[Sample], other: Iterable[Sample]) -> Iterator[Sample]:
    values = {(sample.name, tuple(sorted(sample.labels.items()))): sample for sample in one}
    for sample in other:
        key = sample.name, tuple(sorted(sample.labels.items()))
        known = values.get(key)
        values[key] = sample if known is None else known._replace(value=_of_two(known, sample))
    return iter(values.values())


def _of_two(one: Sample, other: Sample) -> float:
    if one.name in _LARGEST:
        return max(one.value, other.value)
    if one.name.endswith(_CREATED):
        return min(one.value, other.value)
    return one.value + other.value
