"""Problems: every error as a problem document (RFC 9457), each class of error mapped once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.acts import InvalidEvent
from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.parties import Party, SameParty, UnknownParty, Unresolved
from domain.shapes import Problem
from events.errors import (
    ActExists,
    ChanceryError,
    IdempotencyMismatch,
    InvalidAccessKey,
    InvalidBasis,
    InvalidWebhook,
    LogBehind,
    NoCheckpoint,
    NoLogKey,
    NoSuchVersion,
    NotInLog,
    NotSigned,
    OtherLog,
    ReplicaBehind,
    StoreUnavailable,
    TooCostly,
    TookTooLong,
    UnknownAccessKey,
    UnknownAct,
    UnknownWebhook,
    UnreachedPosition,
    UnreadableRecord,
    VersionConflict,
)
from events.tlog.errors import ProofError

MEDIA_TYPE = "application/problem+json"
#: The header in which a question demands how much of the log its answer rests on at least.
LEAST_POSITION = "Chancery-Min-Position"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in the `type` URI, its status, its title, what to do."""

    name: str
    status: int
    title: str
    advice: str


_KINDS = (
    Kind("invalid-event", 422, "The body is not well-formed", "Mend what `problems` names."),
    Kind("unknown-act", 404, "No such act", "Nothing of this act is known at the basis asked."),
    Kind("act-exists", 409, "The act exists", "Add to it by POST …/events, or take another id."),
    Kind("stale-version", 412, "The act has moved on", "Read the act, decide anew, send again."),
    Kind("no-such-version", 404, "No such event", "The history lists the act's versions."),
    Kind(
        "idempotency-mismatch",
        422,
        "The key was used for another request",
        "A new request needs a new Idempotency-Key.",
    ),
    Kind("invalid-question", 422, "The question cannot be answered", "Mend what `problems` names."),
    Kind("unknown-party", 404, "No such party", "GET /v1/parties lists the codes."),
    Kind(
        "unresolved-name",
        404,
        "No party bore this name",
        "`candidates` lists who bore it on other days.",
    ),
    Kind("invalid-relationship", 422, "Not a relationship", "Name two different parties."),
    Kind(
        "store-unavailable",
        503,
        "The store cannot be reached",
        "Try again later, with the same Idempotency-Key.",
    ),
    Kind("busy", 503, "No room for long work now", "Wait as long as Retry-After says."),
    Kind(
        "took-too-long",
        503,
        "It took longer than a question may take",
        "Ask for less at once, or again when less is asked of this service.",
    ),
    Kind("too-costly", 422, "It would take too much", "Ask or record less at once."),
    Kind("stopping", 503, "The service is stopping", "Ask another one, or this one later."),
    Kind("replica-behind", 503, "What can be read is behind", "Try again, or demand less."),
    Kind(
        "unreached-position",
        409,
        "The log does not reach so far",
        "Demand a position that an answer of this log has named.",
    ),
    Kind("malformed-json", 400, "The body is not JSON", "Send UTF-8 JSON, each name once."),
    Kind("invalid-header", 400, "A header is malformed", "Mend what `problems` names."),
    Kind("malformed-form", 400, "The form cannot be read", "Send it from the page it is on."),
    Kind("foreign-page", 403, "Another page sent this", "Open the form here and send it again."),
    Kind("malformed-request", 400, "This is not HTTP", "Mend the request, or what sends it."),
    Kind("unknown-coding", 501, "An unknown transfer coding", "Send the body plainly, or chunked."),
    Kind("too-slow", 408, "It came too slowly", "Send it again, and at once."),
    Kind("headers-too-large", 431, "Too many headers, or too long", "Send fewer and shorter ones."),
    Kind("address-too-long", 414, "The address is too long", "Ask for less at once."),
    Kind(
        "unauthenticated",
        401,
        "It is not known who asks",
        "See docs/access.md.",
    ),
    Kind("scope-needed", 403, "You may not do this", "Ask for a key with the scope needed."),
    Kind("forwarded", 403, "This came through a proxy", "See CHANCERY_ACCESS in docs/access.md."),
    Kind("too-many-requests", 429, "Too often", "Wait as long as Retry-After says."),
    Kind("issuer-unavailable", 503, "Tokens cannot be checked", "Try again later, or use a key."),
    Kind("body-too-large", 413, "The body is too large", "Send less, or use POST /v1/events/bulk."),
    Kind("unsupported-media-type", 415, "Not a type this takes", "See `expected`."),
    Kind("not-acceptable", 406, "Not a type this gives", "See `expected`."),
    Kind("misdirected", 421, "Another host was meant", "See CHANCERY_HOSTS in docs/settings.md."),
    Kind("not-found", 404, "Nothing is here", "/openapi.json lists what is."),
    Kind("method-not-allowed", 405, "Not a method of this resource", "See the Allow header."),
    Kind("no-checkpoint", 404, "The log is not signed", "See CHANCERY_LOG_KEY in docs/log.md."),
    Kind("not-signed", 503, "The log cannot be signed now", "Try again later."),
    Kind(
        "log-behind",
        503,
        "The store is not the one that was signed",
        "Its keeper has to decide: see docs/log.md.",
    ),
    Kind("not-in-log", 404, "The log is too short", "GET /v1/log/checkpoint tells its size."),
    Kind("broken-proof", 500, "The log does not fit its tree", "Run chancery verify."),
    Kind("unreadable-record", 500, "A record cannot be read", "Run chancery verify."),
    Kind("unknown-webhook", 404, "No such webhook", "chancery webhook list names them."),
    Kind("invalid-webhook", 422, "Not a webhook", "See docs/webhooks.md."),
    Kind("other-log", 409, "Another log", "Name a store that is empty or begins alike."),
    Kind("unknown-access-key", 404, "No such key", "chancery key list names them."),
    Kind("invalid-access-key", 422, "Not a key", "See docs/access.md."),
    Kind("not-installed", 501, "An extra is not installed", "`detail` names the extra."),
    Kind("internal-error", 500, "Something broke here", "Nothing was stored. Please report it."),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True)
class Document:
    """A problem document before it is written out."""

    kind: Kind
    detail: str
    problems: Sequence[Problem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, instance: str) -> dict[str, Any]:
        """The members of RFC 9457, then `problems`: where, expected, got."""
        return {
            "type": f"/problems/{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            "problems": [
                {"where": p.where, "expected": p.expected, "got": p.got} for p in self.problems
            ],
            **self.more,
        }


class Refused(Exception):
    """A request that this edge itself refuses, for a named kind of problem."""

    def __init__(
        self,
        kind: str,
        detail: str,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.document = Document(KINDS[kind], detail, tuple(problems), headers or {})


def _invalid_event(error: InvalidEvent) -> Document:
    count = len(error.problems)
    detail = "One thing is wrong." if count == 1 else f"{count} things are wrong."
    return Document(KINDS["invalid-event"], f"{detail} Nothing was stored.", error.problems)


def _invalid_question(error: InvalidBasis) -> Document:
    problem = Problem(error.where, error.expected, error.got)
    return Document(KINDS["invalid-question"], str(error), [problem])


def _unresolved(error: Unresolved) -> Document:
    more = {"reason": error.reason, "candidates": [_candidate(p) for p in error.candidates]}
    return Document(KINDS["unresolved-name"], str(error), more=more)


def _candidate(party: Party) -> dict[str, str | None]:
    return {
        "code": party.code,
        "name": party.name(),
        "from": format_day(party.valid_from) if party.valid_from > FIRST_DAY else None,
        "to": format_day(party.valid_to - 1) if party.valid_to < LAST_DAY else None,
    }


def _stale(error: VersionConflict) -> Document:
    problem = Problem("If-Match", f'"{error.actual}"', f'"{error.expected}"')
    return Document(KINDS["stale-version"], str(error), [problem])


def _behind(error: ReplicaBehind) -> Document:
    problem = Problem(LEAST_POSITION, f"position {error.expected} or beyond", str(error.got))
    return Document(KINDS["replica-behind"], str(error), [problem], {"Retry-After": "1"})


def _unreached(error: UnreachedPosition) -> Document:
    problem = Problem(LEAST_POSITION, f"a position up to {error.got}", str(error.expected))
    return Document(KINDS["unreached-position"], str(error), [problem])


def _too_costly(error: TooCostly) -> Document:
    problem = Problem(error.where, error.expected, error.got)
    return Document(KINDS["too-costly"], f"Too much at once: {error}.", [problem])


def _mismatch(error: IdempotencyMismatch) -> Document:
    # Before a line feed stands whose key it is, which the caller did not write.
    key = error.key.rpartition("\n")[2]
    return Document(
        KINDS["idempotency-mismatch"],
        f"the idempotency key {key!r} was used for another request",
    )


def _plainly(kind: str) -> Callable[[Exception], Document]:
    return lambda error: Document(KINDS[kind], str(error))


#: Each class of error, once. A subclass is found by its nearest parent here.
MAPPING: dict[type[Exception], Callable[[Any], Document]] = {
    InvalidEvent: _invalid_event,
    InvalidBasis: _invalid_question,
    UnknownAct: _plainly("unknown-act"),
    ActExists: _plainly("act-exists"),
    VersionConflict: _stale,
    NoSuchVersion: _plainly("no-such-version"),
    IdempotencyMismatch: _mismatch,
    UnknownParty: _plainly("unknown-party"),
    SameParty: _plainly("invalid-relationship"),
    Unresolved: _unresolved,
    # Why, and where the store lies, is its keeper's to know: that is logged.
    StoreUnavailable: lambda _error: Document(
        KINDS["store-unavailable"],
        "The store cannot be used at the moment.",
        headers={"Retry-After": "5"},
    ),
    ReplicaBehind: _behind,
    UnreachedPosition: _unreached,
    TookTooLong: lambda error: Document(
        KINDS["took-too-long"], str(error), headers={"Retry-After": "30"}
    ),
    TooCostly: _too_costly,
    UnknownWebhook: _plainly("unknown-webhook"),
    InvalidWebhook: _plainly("invalid-webhook"),
    UnknownAccessKey: _plainly("unknown-access-key"),
    InvalidAccessKey: _plainly("invalid-access-key"),
    NoLogKey: _plainly("no-checkpoint"),
    NoCheckpoint: _plainly("no-checkpoint"),
    # Why, and where the keys lie, is their keeper's to know: that is logged.
    NotSigned: lambda _error: Document(
        KINDS["not-signed"],
        "The log cannot be signed at the moment.",
        headers={"Retry-After": "5"},
    ),
    LogBehind: _plainly("log-behind"),
    NotInLog: _plainly("not-in-log"),
    ProofError: _plainly("broken-proof"),
    OtherLog: _plainly("other-log"),
    UnreadableRecord: _plainly("unreadable-record"),
    Refused: lambda error: error.document,
}
#: What a way in catches: everything that is the caller's to mend, or the store's to recover.
KNOWN_ERRORS: tuple[type[Exception], ...] = (*MAPPING, ChanceryError)


def document_of(error: Exception) -> Document:
    """The problem document of an error; one that is not known is an internal error."""
    for cls in type(error).__mro__:
        document = MAPPING.get(cls)
        if document is not None:
            return document(error)
    return Document(KINDS["internal-error"], "The request could not be completed.")
