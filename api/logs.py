"""Logs: one line an occurrence on standard error, JSON for programs and plain text for people.

Libraries' own logs come out in the same form. No line holds a password of a store's address, and
none in plain text can steer a terminal or pass for two.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from events.address import may_hold_password, without_password

Format = Literal["auto", "json", "text"]
Level = Literal["debug", "info", "warning", "error"]

#: Beyond their warnings these only repeat what is logged here, or name each address they ask.
_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "httpx", "httpcore", "asyncio")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

#: The request that is being answered: each line about it says which.
answering: ContextVar[str | None] = ContextVar("answering", default=None)


def set_up(form: Format = "auto", level: Level = "info", stream: TextIO | None = None) -> None:
    """Send every log of this process to a stream, standard error by default.

    `auto` is text where the stream is a terminal, else JSON.
    """
    to = sys.stderr if stream is None else stream
    text = form == "text" or (form == "auto" and to.isatty())
    handler = _Stream(to, _for_people(to) if text else _for_programs())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.DEBUG if level == "debug" else max(root.level, logging.WARNING))
    threading.excepthook = _thread_ended


def log_of(name: str) -> Any:
    """The log of one part of this program: `log.info("what happened", more=…)`."""
    return structlog.wrap_logger(
        logging.getLogger(f"chancery.{name}"),
        processors=[
            structlog.stdlib.filter_by_level,
            _headed,
            _write,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class _Stream(logging.StreamHandler[TextIO]):
    """Where everything is logged.

    What this program logs is written as it is: the library would make a record of each line, and
    take it apart again, at several times the cost. Lines that one pass of an event loop logs are
    written together at its end.
    """

    def __init__(self, stream: TextIO, processors: Sequence[Processor]) -> None:
        super().__init__(stream)
        self._processors = processors
        self._lines: list[str] = []
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *processors,
                ],
                foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _headed],
            )
        )

    def write_line(self, logger: Any, method: str, event_dict: EventDict) -> None:
        """Write a line of this program's own."""
        line: Any = event_dict
        for process in self._processors:
            line = process(logger, method, line)
        self.acquire()
        try:
            self._lines.append(f"{line}\n")
            first = len(self._lines) == 1
        finally:
            self.release()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
        else:
            if first:
                loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what is left to be written; also where the process ends."""
        self.acquire()
        try:
            lines, self._lines = self._lines, []
            # As with the library: who cannot log what was done has done it all the same.
            with suppress(OSError, ValueError):
                if lines:
                    self.stream.write("".join(lines))
                super().flush()
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line of a library's, after those logged before."""
        self.flush()
        super().emit(record)


def _write(logger: Any, method: str, event_dict: EventDict) -> Any:
    for handler in logging.root.handlers:
        if isinstance(handler, _Stream):
            handler.write_line(logger, method, event_dict)
            raise structlog.DropEvent
    return structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, method, event_dict)


def _headed(logger: Any, method: str, event_dict: EventDict) -> EventDict:
    """What every line holds, the first of it first."""
    record = event_dict.get("_record")
    head = {
        "time": f"{datetime.now(UTC).isoformat(timespec='microseconds')[:26]}Z",
        "level": "error" if method == "exception" else method,
        "event": event_dict.pop("event", None),
    }
    request_id = answering.get()
    if request_id is not None:
        head["request_id"] = request_id
    return {**head, **event_dict, "logger": (logger if record is None else record).name}


def _for_programs() -> list[Processor]:
    return [structlog.processors.format_exc_info, _json]


def _for_people(stream: TextIO) -> list[Processor]:
    colours = stream.isatty() and "NO_COLOR" not in os.environ
    return [
        structlog.processors.format_exc_info,
        _without_passwords,
        _on_one_line,
        structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="time", pad_event_to=0),
    ]


def _json(logger: Any, method: str, event_dict: EventDict) -> str:
    line = _written(event_dict)
    return (
        _written(_without_passwords(logger, method, event_dict))
        if may_hold_password(line)
        else line
    )


def _written(event_dict: EventDict) -> str:
    try:
        return orjson.dumps(event_dict, default=str).decode()
    except TypeError:  # half a character, as in the name of a file
        return json.dumps(event_dict, default=str)


def _without_passwords(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    for name, value in event_dict.items():
        if isinstance(value, BaseException):
            value = str(value)
        if isinstance(value, str):
            event_dict[name] = without_password(value)
    return event_dict


def _on_one_line(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    for name, value in event_dict.items():
        # A traceback is of several lines, and comes last.
        if isinstance(value, str) and name != "exception":
            event_dict[name] = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
    return event_dict


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        name = given.thread.name if given.thread is not None else "unknown"
        log_of("threads").error("thread ended", thread=name, exc_info=given.exc_value)
