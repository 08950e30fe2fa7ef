"""Logs: one line an occurrence on standard error, JSON for programs and plain text for people.

Libraries' own logs come out in the same form. No line holds a password of a store's address, and
none in plain text can steer a terminal or pass for two.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from events.address import without_password

Format = Literal["auto", "json", "text"]
Level = Literal["debug", "info", "warning", "error"]

#: Beyond their warnings these only repeat what is logged here, or tell each address they ask.
_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "httpx", "httpcore", "asyncio")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_FIRST = ("time", "level", "event", "request_id")


def set_up(form: Format = "auto", level: Level = "info", stream: TextIO | None = None) -> None:
    """Send every log of this process to a stream, standard error by default.

    `auto` is text where the stream is a terminal, else JSON.
    """
    to = sys.stderr if stream is None else stream
    text = form == "text" or (form == "auto" and to.isatty())
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_for_people(to) if text else _for_programs()),
            ],
            foreign_pre_chain=[*_ALWAYS, structlog.stdlib.ExtraAdder()],
        )
    )
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
            *_ALWAYS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


_ALWAYS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
)


def _for_programs() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        _without_passwords,
        _in_order,
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _for_people(stream: TextIO) -> list[Processor]:
    colours = stream.isatty() and "NO_COLOR" not in os.environ
    return [
        structlog.processors.format_exc_info,
        _without_passwords,
        _on_one_line,
        structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="time", pad_event_to=0),
    ]


def _json(told: EventDict, **_: Any) -> str:
    return orjson.dumps(told, default=str).decode()


def _without_passwords(_logger: Any, _method: str, told: EventDict) -> EventDict:
    for name, value in told.items():
        if isinstance(value, BaseException):
            value = str(value)
        if isinstance(value, str):
            told[name] = without_password(value)
    return told


def _in_order(_logger: Any, _method: str, told: EventDict) -> EventDict:
    first = {name: told.pop(name) for name in _FIRST if name in told}
    return {**first, **told}


def _on_one_line(_logger: Any, _method: str, told: EventDict) -> EventDict:
    for name, value in told.items():
        # A traceback is of several lines, and is told last.
        if isinstance(value, str) and name != "exception":
            told[name] = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
    return told


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        name = given.thread.name if given.thread is not None else "unknown"
        log_of("threads").error("thread ended", thread=name, exc_info=given.exc_value)
