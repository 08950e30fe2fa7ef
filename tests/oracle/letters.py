"""Letters between two: whose answer is awaited since when, and who wrote last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.dates import format_day
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import course, first_end
from tests.oracle.speaking import Pair, own_since

STANDS = ("sent", "received")


@dataclass(frozen=True)
class Letter:
    """Where a letter stands on a day."""

    status: str
    since: str
    awaited: bool
    published: str | None = None


def standing(life: Sequence[Fact]) -> list[Fact]:
    """A publication leaves a letter where it stands; of one known by nothing else it is all."""
    return [fact for fact in life if fact.event != "published"] or list(life)


def letter(act: Act, pair: Pair, day: int, registry: Registry) -> Letter | None:
    """Where it stands; what was awaited with a party that ended has ended with it."""
    now = _stands(act, pair, day)
    end = first_end(pair, day, registry)
    if end is None or now is None:
        return now
    before = _stands(act, pair, end[0])
    if (before and before.awaited) or now.awaited:
        return Letter("ended", format_day(end[0]), False)
    return now


def _stands(act: Act, pair: Pair, day: int) -> Letter | None:
    if not set(pair) <= act.parties(act.certain(day)):
        return None
    life = course(act, pair, day)
    if not life:
        return None
    stands = standing(life)
    status = stands[-1].row.status
    since = stands[-1]
    for fact in reversed(stands):
        if fact.row.status not in STANDS:
            break
        since = fact
    public = [fact.date.text for fact in life if fact.event == "published"]
    # What replies to a letter awaits no reply itself.
    replies = any("in_reply_to" in fact.body for fact in life)
    awaited = status in STANDS and not replies
    return Letter(status, since.date.text, awaited, public[-1] if public else None)


def letters(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> dict[str, Any]:
    """The letters between the two: what is awaited and of whom, what ended, how many there are."""
    told: dict[str, Any] = {"awaiting": {}, "ended": {}, "by_status": {}, "by_sender": {}}
    last: dict[str, list[tuple[int, int, str]]] = {code: [] for code in pair}
    for act in acts:
        stands = letter(act, pair, day, registry)
        if stands is None:
            continue
        roles = act.roles(act.certain(day))
        _count(told["by_status"], stands.status)
        senders = [code for code in pair if roles.get(code) == "sender"]
        for code in senders:
            _count(told["by_sender"], code)
            last[code] += _sent(act, pair, day, registry)
        if stands.status == "ended":
            told["ended"][act.act_id] = stands.since
        elif stands.awaited:
            told["awaiting"][act.act_id] = {
                "since": stands.since,
                "of": sorted(code for code in pair if roles.get(code) == "addressee") or None,
                "published": stands.published,
            }
    last_sent = {code: max(found)[-1] if found else None for code, found in last.items()}
    return told | {"last_sent": last_sent}


def _sent(act: Act, pair: Pair, day: int, registry: Registry) -> list[tuple[int, int, str]]:
    sent = [fact for fact in course(act, pair, day) if fact.event == "sent"]
    since = own_since(act, pair, day, registry)
    return [(max(fact.sure, since), fact.position, act.act_id) for fact in sent]


def _count(numbers: dict[str, int], word: str) -> None:
    numbers[word] = numbers.get(word, 0) + 1
