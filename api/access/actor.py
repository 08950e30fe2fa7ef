"""The actor: who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request

from events.access_keys import SCOPES, Scope

#: How an actor showed who it is; `open`: nobody was asked.
Way = Literal["open", "key", "session", "token"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: `name` is what is recorded as `recorded_by`, and no request can set another."""

    name: str
    scopes: frozenset[Scope]
    way: Way

    def own(self, key: str) -> str:
        """An idempotency key in the actor's own room, so that nobody meets another's.

        The line feed is in no key and no name.
        """
        return key if self.way == "open" else f"{self.name}\n{key}"


def anyone(name: str) -> Actor:
    """Whoever comes to an open service: may do everything, in the name that is set."""
    return Actor(name, frozenset(SCOPES), "open")


def actor_of(request: Request) -> Actor:
    """The actor of a request that was let in."""
    actor: Actor = request.state.actor
    return actor


async def _asking(request: Request) -> Actor:
    # Not as a plain function: the framework would look for a thread to call it in.
    return actor_of(request)


Who = Annotated[Actor, Depends(_asking)]
