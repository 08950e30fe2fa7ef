"""Delivering: each webhook is told, by a thread of its own, what its filter takes.

In order and at least once: a record is tried until it was taken, and none after it is tried
before. How far a webhook is, is kept in the store; what was taken since it was last kept is told
again after a crash. One that hangs or fails holds up no other. A thread that ends is started again.

Of several services on one store one delivers, by a lease; where it dies, another takes over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event, Thread

from api.logs import log_of
from api.settings import Settings
from api.webhooks.sending import Outcome, Sender
from events.application import Chancery
from events.errors import ChanceryError
from events.leases import Lease
from events.query.acts_view import record_json
from events.webhooks import Progress, Webhook

log = log_of("webhooks")

#: How often the list of webhooks is looked at, and how long a wait for records lasts.
_LOOK_SECONDS = 0.5
_STOP_SECONDS = 2.0
_MICROSECONDS = 1_000_000
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Pace:
    """How a webhook that fails is tried again, and when it is given up."""

    first_seconds: float = 1.0
    longest_seconds: float = 3_600.0
    give_up_seconds: float = 5.0 * _DAY_SECONDS
    keep_seconds: float = 1.0
    """How long what was taken may go without being kept."""
    lease_seconds: float = 5.0
    """How long a service that delivers may be silent until another takes over."""

    def pause_seconds(self, failures: int) -> float:
        """The pause after so many failures: twice as long each time."""
        return min(self.first_seconds * 2.0 ** min(failures - 1, 40), self.longest_seconds)


class Delivering:
    """Watches the store's webhooks, and sees to it that each has a thread that delivers to it."""

    def __init__(
        self,
        chancery: Chancery,
        settings: Settings,
        pace: Pace | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._chancery = chancery
        self._settings = settings
        days = settings.webhook_give_up_days
        self._pace = pace or Pace(give_up_seconds=days * _DAY_SECONDS)
        self._now = now
        self._stopped = Event()
        self._workers: dict[tuple[str, int], _Worker] = {}
        self._lease = chancery.admin.lease("webhooks", self._pace.lease_seconds)
        self._thread = Thread(target=self._watch, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver no more; a receiver that is being waited for is not waited for long."""
        self._stopped.set()
        until = time.monotonic() + _STOP_SECONDS
        if self._thread.is_alive():
            self._thread.join(timeout=_STOP_SECONDS)
        for worker in [*self._workers.values()]:
            worker.thread.join(timeout=max(0.0, until - time.monotonic()))
        if self._lease.held:
            with suppress(ChanceryError):
                self._lease.give_up()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
            except ChanceryError as error:
                log.error("webhooks not read", reason=str(error))
            self._stopped.wait(_LOOK_SECONDS)
        for worker in self._workers.values():
            worker.stopped.set()

    def _look(self) -> None:
        due = self._due()
        held = self._lease.held
        if due and not self._lease.take():
            due = {}
        elif due and not held:
            # Another may have gone on since they were read.
            due = self._due()
        for key, worker in [*self._workers.items()]:
            if key not in due:
                worker.stopped.set()
            if not worker.thread.is_alive():
                del self._workers[key]
        for key, hook in due.items():
            if key not in self._workers:
                worker = _Worker(
                    self._chancery, hook, self._sender(), self._pace, self._now, self._lease
                )
                self._workers[key] = worker
                worker.thread.start()

    def _due(self) -> dict[tuple[str, int], Webhook]:
        return {
            (hook.name, hook.added_at): hook
            for hook in self._chancery.admin.webhooks().all()
            if hook.progress.disabled is None
        }

    def _sender(self) -> Sender:
        chosen = self._settings
        base = (chosen.public_url or "").rstrip("/")
        return Sender(chosen.webhook_timeout_seconds, chosen.webhook_private, base, now=self._now)


class _Worker:
    """Delivers to one webhook until it is stopped, disabled or gone."""

    def __init__(
        self,
        chancery: Chancery,
        hook: Webhook,
        sender: Sender,
        pace: Pace,
        now: Callable[[], float],
        lease: Lease,
    ) -> None:
        self._lease = lease
        self._chancery = chancery
        self._hook = hook
        self._sender = sender
        self._pace = pace
        self._now = now
        self._progress = self._kept = hook.progress
        self._kept_at = 0.0
        self._log = log.bind(webhook=hook.name)
        self.stopped = Event()
        self.thread = Thread(target=self._work, name=f"webhook {hook.name}", daemon=True)

    def _work(self) -> None:
        try:
            while not self._ended() and self._progress.disabled is None:
                try:
                    self._round()
                except ChanceryError as error:
                    # The store is away for now: what was taken is remembered here meanwhile.
                    self._log.error("progress not kept", reason=str(error))
                    self.stopped.wait(_LOOK_SECONDS)
            if self._lease.held:
                self._keep()
        except ChanceryError as error:
            self._log.error("progress not kept", reason=str(error))
        finally:
            self._sender.close()

    def _ended(self) -> bool:
        """Whether nothing more is to be sent from here: another may be at it."""
        return self.stopped.is_set() or not self._lease.held

    def _round(self) -> None:
        due = self._progress.next_at
        if due is not None and (wait := due / _MICROSECONDS - self._now()) > 0:
            self.stopped.wait(min(wait, _LOOK_SECONDS))
            return
        position = self._progress.position
        if not self._chancery.query.wait(position, _LOOK_SECONDS):
            self._keep_in_time(0.0)
            if self._chancery.query.head().position < position:
                # The log was put back from a copy: to wait would skip what comes below.
                self._disable("the log ends before the position reached")
            return
        head = self._chancery.query.head().position
        for record in self._chancery.exports.wanted_records(self._hook.wanted, position, head):
            if self._ended():
                return
            outcome = self._sender.record(self._hook, record_json(record))
            if not outcome.taken:
                self._failed(outcome)
                return
            self._taken(record.position, outcome)
        self._progress = replace(self._progress, position=head)
        self._keep_in_time(self._pace.keep_seconds)

    def _taken(self, position: int, outcome: Outcome) -> None:
        if self._progress.failures:
            self._log.info("takes records again")
        delivered = self._progress.delivered + 1
        self._progress = Progress(position, delivered, last=outcome.reply)
        self._keep_in_time(self._pace.keep_seconds)

    def _failed(self, outcome: Outcome) -> None:
        before, now = self._progress, self._now()
        failures = before.failures + 1
        since = before.failing_since or int(now * _MICROSECONDS)
        pause = max(self._pace.pause_seconds(failures), outcome.pause_seconds)
        self._progress = replace(
            before,
            failures=failures,
            failing_since=since,
            next_at=int((now + pause) * _MICROSECONDS),
            last=outcome.reply[:300],
        )
        if failures == 1:
            self._log.warning("delivery failed", reason=outcome.reply)
        if outcome.gone:
            self._disable("the receiver is gone (status 410)")
        elif now - since / _MICROSECONDS >= self._pace.give_up_seconds:
            self._disable(f"it failed for {self._pace.give_up_seconds / _DAY_SECONDS:g} days")
        else:
            self._keep()

    def _disable(self, why: str) -> None:
        self._progress = replace(self._progress, disabled=why)
        self._log.error("disabled", reason=why)
        self._keep()

    def _keep_in_time(self, seconds: float) -> None:
        """Keep what is not kept, if what is kept is older than so many seconds."""
        if self._progress != self._kept and self._now() - self._kept_at >= seconds:
            self._keep()

    def _keep(self) -> None:
        self._chancery.admin.webhooks().progressed(self._hook, self._progress)
        self._kept, self._kept_at = self._progress, self._now()
