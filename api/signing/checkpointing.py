"""Checkpointing: while the service runs, the log is signed and cosigned again and again."""

from __future__ import annotations

from threading import Event, Thread

from api.logs import log_of
from api.signing.cosigning import cosign
from events.errors import ChanceryError
from events.notary.notary import Notary
from events.tlog.checkpoint import parse_checkpoint
from events.tlog.note import parse_note

log = log_of("checkpoints")


class Checkpointing:
    """A thread that makes a checkpoint at an interval, and has each new one cosigned.

    A witness that refuses or cannot be reached is asked again at the next interval.
    """

    def __init__(self, notary: Notary, seconds: float) -> None:
        self._notary = notary
        self._seconds = seconds
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="checkpoints", daemon=True)
        self._last = -1

    def start(self) -> None:
        """Begin, with a checkpoint at once."""
        self._thread.start()

    def stop(self) -> None:
        """Make no more; a witness that is being asked is not waited for long."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._once()
            except ChanceryError as error:
                log.error("no checkpoint made", reason=str(error))
            self._stopped.wait(self._seconds)

    def _once(self) -> None:
        size = parse_checkpoint(parse_note(self._notary.checkpoint()).text).head.size
        if size == self._last:
            return
        _, asked = cosign(self._notary)
        refused = [one for one in asked if one.refusal is not None]
        for one in refused:
            log.warning("not cosigned", witness=one.witness.url, reason=one.refusal)
        if not refused:
            self._last = size
