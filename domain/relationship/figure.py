"""Figures that acts report, and which of two on one thing is the later."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import DateError
from domain.dates import parse as parse_date


def reported(act: Act, figure: dict[str, Any], fact: Fact) -> dict[str, Any]:
    """A figure as an answer shows it: with the act that reported it and the record."""
    return {**figure, "act_id": act.act_id, "records": [fact.position]}


def figure_rank(figure: dict[str, Any], reported_on: int) -> int:
    """Which of two figures on one thing is the later: that of the later period, by its last day.

    A figure without a period, or with one in words, is of the day on which it was reported.
    """
    period = figure.get("period")
    last = None if period is None else _last_day(period)
    return reported_on if last is None else last


@lru_cache(maxsize=4_096)
def _last_day(period: str) -> int | None:
    try:
        return parse_date(period).latest
    except DateError:
        return None
