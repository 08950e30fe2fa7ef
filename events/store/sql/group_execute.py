"""Several plans in one transaction: each is kept whole or not at all, all are durable at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from events.errors import StoreUnavailable
from events.store.group_commit import Waiting
from events.store.protocol import Writer
from events.store.sql.writer import SqlWriter

#: What a plan gave, or what it raised.
Outcome = tuple[Any, Exception | None]
Context = Callable[[], AbstractContextManager[Any]]


def carry_out(
    waiting: Iterator[Waiting[Writer]],
    written: Callable[[], AbstractContextManager[SqlWriter]],
    refusals: Context,
) -> None:
    """Carry out plans in one transaction, then answer each of them.

    `written` is the transaction: what its writer wrote is durable when it ends. Where it cannot
    be begun, this raises and no plan was taken. Where the plans together cannot be written, each
    is tried in a transaction of its own, so that none fails for another's sake. Where they were
    written and the commit fails, nobody can tell whether it did, and all of them fail.
    """
    taken: list[Waiting[Writer]] = []
    outcomes: list[Outcome] = []
    writer: SqlWriter | None = None
    try:
        with written() as writer:
            for one in waiting:
                taken.append(one)
                outcomes.append(_tried(writer, one, refusals))
    except Exception as error:
        if not taken:
            raise
        if len(taken) == 1 or (writer is not None and writer.finished):
            for one in taken:
                one.fail(error)
        else:
            _one_by_one(taken, written, refusals)
    except BaseException:
        for one in taken:
            one.fail(RuntimeError("the thread that wrote was told to end"))
        raise
    else:
        for one, (result, refusal) in zip(taken, outcomes, strict=True):
            if refusal is None:
                one.succeed(result)
            else:
                one.fail(refusal)


def answer_alone(
    waiting: Iterator[Waiting[Writer]],
    carried_out: Callable[[Callable[[Writer], Any]], Any],
    refusals: Context,
) -> None:
    """Carry out the plan of a group of its own, then answer it."""
    for one in waiting:
        try:
            with refusals():
                result = carried_out(one.plan)
        except Exception as error:  # noqa: BLE001 - it is raised where the plan is waited for
            one.fail(error)
        except BaseException:
            one.fail(RuntimeError("the thread that wrote was told to end"))
            raise
        else:
            one.succeed(result)


def _tried(writer: SqlWriter, one: Waiting[Writer], refusals: Context) -> Outcome:
    """What becomes of a plan; raises only where the transaction is no more."""
    try:
        with refusals(), writer.attempt():
            return one.plan(writer), None
    except StoreUnavailable:
        # The database may have undone everything, and would write on without a transaction.
        raise
    except Exception as error:  # noqa: BLE001 - it is raised where the plan is waited for
        return None, error


def _one_by_one(
    taken: Sequence[Waiting[Writer]],
    written: Callable[[], AbstractContextManager[SqlWriter]],
    refusals: Context,
) -> None:
    for one in taken:
        try:
            carry_out(iter((one,)), written, refusals)
        except Exception as error:  # noqa: BLE001 - it is raised where the plan is waited for
            one.fail(error)
