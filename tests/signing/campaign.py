"""Writers record without pause, signers sign, and all that was signed is made again at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

from api.export.evidence_page import page
from api.signing.heads import HeadsFile
from events.application import Chancery, open_chancery
from events.errors import ChanceryError
from events.evidence import verify_bundle
from events.log.record import header_of
from events.notary.notary import Notary
from events.tlog.checkpoint import Policy, TreeHead, verify_checkpoint
from events.tlog.keys import SigningKey
from events.tlog.merkle import Frontier, leaf_hash
from events.write.commands import RecordAct
from tests.events.recording import event

KEY = SigningKey("chancery.example/log", bytes(range(32)))
POLICY = Policy(KEY.name, (KEY.verifier,))
VISIT = event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", title="Khrushchev in France")
#: What is written without pause is not what evidence is asked for, which so stays small.
OTHER = event("visit.held", "1961-05-31/1961-06-02", "USA", "AUT", title="Kennedy in Vienna")
#: Each has a store of its own on the same place, as each service has.
SERVICES = 2
SIGNERS = 4


@dataclass
class Signed:
    """What came of it."""

    heads: list[TreeHead] = field(default_factory=list)
    bundles: int = 0
    failures: list[str] = field(default_factory=list)
    records: int = 0
    seconds: float = 0.0


class Campaign:
    """One run on one store, which is empty."""

    def __init__(self, url: str, heads: Path, signatures: int, writers: int, every: int) -> None:
        """Beside each of `every` signatures a piece of evidence is made.

        All who sign keep what the key has signed in the file `heads`.
        """
        self.signed = Signed()
        self._url = url
        self._heads = heads
        self._left = signatures
        self._writers = writers
        self._every = every
        self._lock = Lock()
        self._done = Event()

    def run(self) -> Signed:
        begun = time.monotonic()
        with ExitStack() as opened, ThreadPoolExecutor(self._writers + SIGNERS) as pool:
            services = [
                opened.enter_context(closing(open_chancery(self._url))) for _ in range(SERVICES)
            ]
            services[0].commands.execute(RecordAct("visit:1", [VISIT], recorded_by="clerk"))
            writing = [
                pool.submit(self._write, services[number % SERVICES], number)
                for number in range(self._writers)
            ]
            signing = [
                pool.submit(self._sign, services[number % SERVICES]) for number in range(SIGNERS)
            ]
            try:
                for signer in signing:
                    signer.result()
            finally:
                self._done.set()
            for writer in writing:
                writer.result()
            self.signed.seconds = time.monotonic() - begun
            self._compare(services[0])
        return self.signed

    def _write(self, chancery: Chancery, number: int) -> None:
        count = 0
        while not self._done.is_set():
            chancery.commands.execute(
                RecordAct(f"visit:{number}.{count}", [OTHER], recorded_by="clerk")
            )
            count += 1

    def _sign(self, chancery: Chancery) -> None:
        notary = chancery.admin.notary([KEY], HeadsFile(self._heads))
        while (number := self._next()) is not None:
            self._try(lambda: self._checkpoint(notary))
            if number % self._every == 0:
                self._try(lambda: self._evidence(chancery, notary))

    def _next(self) -> int | None:
        with self._lock:
            self._left -= 1
            return self._left if self._left >= 0 else None

    def _try(self, make: Callable[[], None]) -> None:
        try:
            make()
        except ChanceryError as error:
            with self._lock:
                self.signed.failures.append(f"{type(error).__name__}: {error}")

    def _checkpoint(self, notary: Notary) -> None:
        head = verify_checkpoint(notary.checkpoint(), POLICY).checkpoint.head
        with self._lock:
            self.signed.heads.append(head)

    def _evidence(self, chancery: Chancery, notary: Notary) -> None:
        data = chancery.inspection.evidence("FRA-SUN", "1970-01-01", notary=notary, page=page)
        verdict = verify_bundle(data, chancery.registry, [KEY.verifier])
        with self._lock:
            self.signed.bundles += 1
            self.signed.failures += [f"evidence: {found}" for found in verdict.differences]

    def _compare(self, chancery: Chancery) -> None:
        """Hold each root that was signed against the one made of the records themselves."""
        frontier, roots = Frontier(), [Frontier().root()]
        with chancery._store.read() as reader:
            while page := reader.log(frontier.size, 1_000):
                for row in page:
                    frontier = frontier.append(leaf_hash(header_of(row.state)))
                    roots.append(frontier.root())
        self.signed.records = frontier.size
        self.signed.failures += [
            f"root of {head.size}: signed {head.root.hex()}"
            for head in self.signed.heads
            if roots[head.size] != head.root
        ]
