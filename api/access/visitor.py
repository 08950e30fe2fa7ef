"""The visitor: what a page says of who looks at it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from api.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page, and whether anyone was asked."""

    required: bool
    actor: Actor | None

    @property
    def signed_in(self) -> bool:
        """Whether there is a session to end."""
        return self.actor is not None and self.actor.way == "session"


#: Set by the gate for each request: a page is made without knowing its request.
shown_to: ContextVar[Visitor | None] = ContextVar("shown_to", default=None)
