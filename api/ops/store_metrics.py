"""Store numbers: what a scrape asks the store, and the streams that are told of its records."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from api.connections.door import Door
from api.feed import Feed
from api.work.working import Work
from events.application import Chancery
from events.errors import ChanceryError, LogBehind
from events.figures import Figures, Waiting
from events.notary.notary import Notary

_MICROSECONDS = 1_000_000


class StoreMetrics(Collector):
    """Asked anew at each scrape. A store that is away is told of, and stops no other number."""

    def __init__(
        self, chancery: Chancery, notary: Notary, feed: Feed, work: Work, door: Door
    ) -> None:
        self._chancery = chancery
        self._notary = notary
        self._feed = feed
        self._work = work
        self._door = door

    def collect(self) -> Iterator[Metric]:
        """The numbers, each with what it is good for."""
        yield from self._of_door()
        yield from self._of_work()
        try:
            # Told at once where it is away: a scrape waits for few seconds, other questions longer.
            self._chancery.admin.ping()
            found = self._chancery.admin.figures()
        except ChanceryError:
            yield _gauge("store_up", _UP, 0)
            return
        yield _gauge("store_up", _UP, 1)
        yield from _of_store(found)
        yield from _of_checkpoints(found)
        yield from self._of_signed()
        yield from _of_webhooks(found)
        yield from self._of_feed(found)
        built = {"version": version("chancery"), "edition": found.edition}
        text = "This program's version, and the edition of fold and registry it answers by."
        yield InfoMetricFamily("chancery_build", text, built)

    def describe(self) -> Iterator[Metric]:
        """Nothing: a registry that asks for names would else ask the store."""
        return iter(())

    def _of_door(self) -> Iterator[Metric]:
        yield _gauge("open_connections", "Connections that are open now.", self._door.inside)
        text = "Connections that were ended, by what they took too long for; crowd: to make room."
        ended = CounterMetricFamily("chancery_connections_ended", text, labels=["why"])
        for why, count in self._door.sent_away.items():
            ended.add_metric([why], count)
        yield ended

    def _of_work(self) -> Iterator[Metric]:
        label = ["pool"]
        threads = GaugeMetricFamily("chancery_pool_threads", _THREADS, labels=label)
        running = GaugeMetricFamily("chancery_pool_busy_threads", _RUNNING, labels=label)
        waiting = GaugeMetricFamily("chancery_pool_waiting_tasks", _WAITING, labels=label)
        for pool in self._work.pools:
            threads.add_metric([pool.name], pool.threads)
            running.add_metric([pool.name], pool.running)
            waiting.add_metric([pool.name], pool.waiting)
        yield from (threads, running, waiting)
        label = ["work"]
        most = GaugeMetricFamily("chancery_long_work_places", _PLACES, labels=label)
        taken = GaugeMetricFamily("chancery_long_work_taken_places", _TAKEN, labels=label)
        for work, places in self._work.places_of.items():
            most.add_metric([work], places.most)
            taken.add_metric([work], places.taken)
        yield from (most, taken)
        text = "Long work that was refused, since there was no place for it."
        yield CounterMetricFamily("chancery_long_work_refused", text, self._work.refused)
        text = "Answers that were given up, since their clients had left."
        yield CounterMetricFamily("chancery_abandoned", text, self._work.abandoned)

    def _of_signed(self) -> Iterator[Metric]:
        try:
            yield _gauge("signed_records", _SIGNED, self._notary.signed())
            self._notary.check()
            behind = 0
        except LogBehind:
            behind = 1
        except ChanceryError:
            return
        yield _gauge("log_behind_signed", _BEHIND, behind)

    def _of_feed(self, found: Figures) -> Iterator[Metric]:
        reached = self._feed.reached()
        behind = max((found.position - position for position in reached), default=0)
        yield _gauge("feed_streams", "Event streams that are open now.", len(reached))
        text = "Records that the open event stream which is furthest behind was not sent yet."
        yield _gauge("feed_lag_positions", text, max(behind, 0))


_SIGNED = "Records that a key of this service has signed, by what is kept beside it; 0 for none."
_BEHIND = "Whether the store lacks records that were signed, or holds others: 1, else 0."
_THREADS = "Threads a pool has at most, by kind of work."
_RUNNING = "Threads of a pool that are at work."
_WAITING = "Requests, or slices of long work, that wait for a thread of a pool."
_PLACES = "Places for long work that there are, by what it does: read, bulk, erase."
_TAKEN = "Places for long work that are taken."
_UP = "Whether the store could be asked: 1 or 0. While it is 0 the other numbers of it are missing."


def _of_store(found: Figures) -> Iterator[Metric]:
    yield _gauge(
        "head_position", "Position of the last record, that is how many there are.", found.position
    )
    text = "When the last record was recorded, as Unix time; 0 where there is none."
    yield _gauge("last_recorded_timestamp_seconds", text, found.recorded_at / _MICROSECONDS)
    yield _gauge("store_bytes", "Bytes that the store takes, with its index.", found.size_bytes)
    text = "Whether the index is of this program's edition: 1, or 0 while it is to be rebuilt."
    yield _gauge("index_current", text, int(found.indexed))
    text = "Groups of writes that this process committed, each with one wait for the disk."
    yield CounterMetricFamily("chancery_commit_groups", text, found.groups)
    text = "Writes in those groups; by them divided, how many share a commit."
    yield CounterMetricFamily("chancery_commit_writes", text, found.plans)
    text = "Snapshots of the store that this process has open."
    yield _gauge("open_snapshots", text, found.snapshots)
    text = "How long the oldest of them has been open; 0 where there is none."
    yield _gauge("oldest_snapshot_seconds", text, found.oldest_snapshot_seconds)


def _of_checkpoints(found: Figures) -> Iterator[Metric]:
    size, made_at = found.checkpoint or (0, 0)
    text = "When the newest checkpoint was made, as Unix time; 0 where there is none."
    yield _gauge("checkpoint_timestamp_seconds", text, made_at / _MICROSECONDS)
    text = "Records that the newest checkpoint is of; head_position beyond it is not signed yet."
    yield _gauge("checkpoint_records", text, size)


def _of_webhooks(found: Figures) -> Iterator[Metric]:
    label = ["webhook"]
    delivered = CounterMetricFamily(
        "chancery_webhook_deliveries", "Records that were delivered and taken.", labels=label
    )
    families = {
        name: GaugeMetricFamily(f"chancery_webhook_{name}", text, labels=label)
        for name, text in _WEBHOOK.items()
    }
    now = time.time()
    for one in found.webhooks:
        names = [one.webhook.name]
        delivered.add_metric(names, one.webhook.progress.delivered)
        for name, value in _told(one, found.position, now).items():
            families[name].add_metric(names, value)
    yield delivered
    yield from families.values()


_WEBHOOK = {
    "failures": "Attempts that failed since the last that succeeded.",
    "failing_seconds": "How long it has been failing; 0 while it is not.",
    "behind_positions": "Records it has not looked at yet.",
    "queue_age_seconds": "How long the first of them has waited since it was recorded.",
    "disabled": "Whether it was given up and needs a person: 1 or 0.",
}


def _told(one: Waiting, head: int, now: float) -> dict[str, float]:
    progress = one.webhook.progress
    return {
        "failures": progress.failures,
        "failing_seconds": _age(progress.failing_since, now),
        "behind_positions": max(0, head - progress.position),
        "queue_age_seconds": _age(one.since, now),
        "disabled": int(progress.disabled is not None),
    }


def _age(since: int | None, now: float) -> float:
    return 0.0 if since is None else max(0.0, now - since / _MICROSECONDS)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"chancery_{name}", text, value)
