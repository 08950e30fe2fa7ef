"""Probing: the service asks its store every second whether it can be used, whoever else asks."""

from __future__ import annotations

from threading import Event, Thread

from api.logs import log_of
from events.application import Chancery
from events.errors import ChanceryError, LogBehind, StoreUnavailable
from events.notary import Notary

log = log_of("store")

_SECONDS = 1.0


class Probing:
    """A thread that logs when the store is lost, is back, or is not the one that was signed.

    A store in a file notices when it is asked that its files have gone, and then saves what it can.
    So an idle service loses nothing that a busy one would not.
    """

    def __init__(self, chancery: Chancery, notary: Notary) -> None:
        self._chancery = chancery
        self._notary = notary
        self._wrong: tuple[str, str] | None = None
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="probing", daemon=True)

    def start(self) -> None:
        """Look once, then begin."""
        if self._notary.verifier_keys and not self._signed():
            log.warning("no signed head is known yet", keys=len(self._notary.verifier_keys))
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _work(self) -> None:
        while not self._stopped.wait(_SECONDS):
            self._look()

    def _look(self) -> None:
        wrong = self._found()
        if wrong is not None and wrong != self._wrong:
            event, reason = wrong
            log.error(event, reason=reason)
        elif wrong is None and self._wrong is not None:
            log.warning("store can be used again")
        self._wrong = wrong

    def _found(self) -> tuple[str, str] | None:
        try:
            self._chancery.ping()
            self._notary.check()
        except StoreUnavailable as error:
            return "store cannot be used", error.reason
        except LogBehind as error:
            return "store is behind what was signed", f"{error}"
        except ChanceryError as error:
            return "signed heads not compared", f"{error}"
        return None

    def _signed(self) -> bool:
        try:
            return self._notary.signed() > 0
        except ChanceryError:
            # Why they cannot be read is told when they are compared.
            return True
