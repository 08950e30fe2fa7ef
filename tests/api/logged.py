"""What is logged within a test, as a service logs it; afterwards logging is as it was."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.logs import Format, Level, set_up


class Lines(io.StringIO):
    """What has been told, with the lines that a pass of an event loop has yet to write."""

    def getvalue(self) -> str:
        _write_all()
        return super().getvalue()


def _write_all() -> None:
    for handler in logging.root.handlers:
        handler.flush()


@contextmanager
def logged(level: Level = "info", form: Format = "json") -> Iterator[io.StringIO]:
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    stream = Lines()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("threading.excepthook", None)
        set_up(form, level, stream)
        try:
            yield stream
        finally:
            _write_all()
            for one, handlers, was, propagate in before:
                one.handlers[:], one.propagate = handlers, propagate
                one.setLevel(was)
