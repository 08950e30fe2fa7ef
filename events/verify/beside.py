"""What a store keeps beside log and index: its own soundness, its remarks, remembered answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from events.errors import UnreadableRecord
from events.store.protocol import Reader
from events.store.raw import Bare, BareReceipt
from events.verify.finding import Finding
from events.write.receipt import receipt_of

_PAGE = 1_000
_MISREAD = (ValueError, LookupError, TypeError, AttributeError, UnreadableRecord)


def verify_store(reader: Reader, bare: Bare) -> Iterator[Finding]:
    """What is wrong with the files and tables themselves, and erased content not yet gone."""
    for flaw in bare.flaws():
        yield Finding(0, "", "the store itself", "sound tables and no others", flaw)
    if reader.meta("purge") is not None:
        held = "bytes in the files, until a reader lets them go"
        yield Finding(0, "", "erased content", "none", held)


def verify_receipts(reader: Reader, bare: Bare) -> Iterator[Finding]:
    """Every remembered answer that is not the receipt of the records it names."""
    after = ""
    while page := bare.receipts(after, _PAGE):
        for kept in page:
            expected = _receipt(reader, kept)
            if expected != kept.answer:
                wanted = "none: no such records" if expected is None else expected.decode()
                what, claimed = f"remembered answer {kept.key!r}", repr(kept.answer)
                yield Finding(_position(kept.position), "", what, wanted, claimed)
        after = page[-1].key


def _receipt(reader: Reader, kept: BareReceipt) -> bytes | None:
    """The receipt of the records that an answer names; None where there are no such."""
    try:
        positions = orjson.loads(kept.answer)["positions"]
        records = [record for at in positions if (record := reader.record(at)) is not None]
        one_act = len({record.act_id for record in records}) == 1
        if len(records) != len(positions) or not one_act or positions[-1] != kept.position:
            return None
        return receipt_of(records).to_bytes()
    except _MISREAD:
        return None


def _position(claimed: Any) -> int:
    return claimed if isinstance(claimed, int) else 0
