"""What can go wrong between a question or an act and its record."""

from __future__ import annotations

from events.address import without_password


class ChanceryError(Exception):
    """Any refusal of the record; each carries what it is about as attributes.

    They are its arguments in their order, so that it can cross from one process to another.
    """

    def __reduce__(self) -> tuple[type[ChanceryError], tuple[object, ...]]:
        return type(self), tuple(vars(self).values())


class UnknownAct(ChanceryError):
    """No record of an act of this id, or none at the basis asked about."""

    def __init__(self, act_id: str) -> None:
        super().__init__(f"no act {act_id!r} is recorded")
        self.act_id = act_id


class ActExists(ChanceryError):
    """A new act was given an id that another act bears."""

    def __init__(self, act_id: str) -> None:
        super().__init__(f"an act {act_id!r} is recorded already: add events to it")
        self.act_id = act_id


class VersionConflict(ChanceryError):
    """The act has gone on since the writer last saw it."""

    def __init__(self, act_id: str, expected: int, actual: int) -> None:
        super().__init__(f"act {act_id!r}: expected version {expected}, got {actual}")
        self.act_id = act_id
        self.expected = expected
        self.actual = actual


class NoSuchVersion(ChanceryError):
    """A version that is no event of the act, or none that can be treated so; `why` says it."""

    def __init__(self, act_id: str, version: int, why: str) -> None:
        super().__init__(f"act {act_id!r} has no such event version {version}: {why}")
        self.act_id = act_id
        self.version = version
        self.why = why


class IdempotencyMismatch(ChanceryError):
    """A key that was used for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used for another request")
        self.key = key


class InvalidBasis(ChanceryError):
    """A question about a day, an instant, a position or a place that cannot be asked."""

    def __init__(self, where: str, expected: str, got: str) -> None:
        super().__init__(f"{where}: expected {expected}, got {got}")
        self.where = where
        self.expected = expected
        self.got = got


class UnreachedPosition(ChanceryError):
    """A question demands a position that the log has not reached."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"expected a log that reaches position {expected}, got {got} records")
        self.expected = expected
        self.got = got


class ReplicaBehind(ChanceryError):
    """A question demands a position that the replica lacks, and the leader cannot be asked."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"expected a replica at position {expected} or beyond, got one at {got}")
        self.expected = expected
        self.got = got


class UnknownWebhook(ChanceryError):
    """No webhook has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no webhook is called {name!r}")
        self.name = name


class InvalidWebhook(ChanceryError):
    """A webhook that cannot be added, or an address that must not be sent to."""

    def __init__(self, where: str, expected: str, got: str) -> None:
        super().__init__(f"{where}: expected {expected}, got {got}")
        self.where = where
        self.expected = expected
        self.got = got


class UnknownAccessKey(ChanceryError):
    """No access key has this id or name."""

    def __init__(self, key_id_or_name: str) -> None:
        super().__init__(f"no access key has the id or name {key_id_or_name!r}")
        self.key_id_or_name = key_id_or_name


class InvalidAccessKey(ChanceryError):
    """An access key that cannot be made."""

    def __init__(self, where: str, expected: str, got: str) -> None:
        super().__init__(f"{where}: expected {expected}, got {got}")
        self.where = where
        self.expected = expected
        self.got = got


class NoLogKey(ChanceryError):
    """A checkpoint cannot be signed, since no key of the log was given."""

    def __init__(self) -> None:
        super().__init__("no key of the log is set: see CHANCERY_LOG_KEY")


class NoCheckpoint(ChanceryError):
    """No checkpoint was ever made, and there is no key to make one with."""

    def __init__(self) -> None:
        super().__init__("this log has no checkpoint: see CHANCERY_LOG_KEY")


class NotSigned(ChanceryError):
    """The log cannot be signed now: what its keys have signed cannot be read, locked or kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the log cannot be signed: {reason}")
        self.reason = reason


class LogBehind(ChanceryError):
    """The log does not begin with all that its key has signed: the store is an older or another.

    Nothing is signed, for the key would contradict itself.
    """

    def __init__(self, key: str, expected: str, got: str) -> None:
        super().__init__(f"the log is not the one {key} has signed: expected {expected}, got {got}")
        self.key = key
        self.expected = expected
        self.got = got


class NotInLog(ChanceryError):
    """A tile or a bundle of entries that the log is too short for."""

    def __init__(self, path: str, size: int) -> None:
        super().__init__(f"a log of {size} records has no {path}")
        self.path = path
        self.size = size


class StoreUnavailable(ChanceryError):
    """The store cannot be read or written now, or is not one this program can use.

    Nothing of what was being written is kept, unless the store was lost sight of as it committed:
    then all of it may be, and a request's key tells when it is asked again. `reason` names no
    place; `url` does, without the password it may hold.
    """

    def __init__(self, url: str, reason: str) -> None:
        url, reason = without_password(url), without_password(reason)
        super().__init__(f"the store {url} cannot be used: {reason}")
        self.url = url
        self.reason = reason


class TookTooLong(ChanceryError):
    """A question that was not answered in the time it may take; nothing was changed by it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took longer than {seconds} seconds")
        self.seconds = seconds


class TooCostly(ChanceryError):
    """A question or an order that would take more than one may take here."""

    def __init__(self, where: str, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.where = where
        self.expected = expected
        self.got = got


class OtherLog(ChanceryError):
    """A store whose records are not the first ones of what it was to take over."""

    def __init__(self, url: str, expected: str, got: str) -> None:
        url = without_password(url)
        super().__init__(f"{url} holds another log: expected {expected}, got {got}")
        self.url = url
        self.expected = expected
        self.got = got


class UnreadableRecord(ChanceryError):
    """Stored bytes that are no record this program can read: damaged, or of a newer program."""

    def __init__(self, what: str, expected: str, got: str) -> None:
        super().__init__(f"{what}: expected {expected}, got {got}")
        self.what = what
        self.expected = expected
        self.got = got
