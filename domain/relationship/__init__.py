"""The state of a pair of parties: an act's changes, their join, the answer, and comparison."""

from domain.relationship.change import Change
from domain.relationship.compare import compare
from domain.relationship.coverage import coverage
from domain.relationship.fold import changes, direct, touched
from domain.relationship.state import (
    ACTS,
    LISTS,
    MOST,
    Answer,
    Joined,
    acts_counted,
    answer,
    cursor_place,
    page_of,
    render,
    shown,
)
from domain.relationship.status import status
from domain.relationship.summary import Item, Summary, newest_first
from domain.relationship.timeline import Kept

__all__ = [
    "ACTS",
    "LISTS",
    "MOST",
    "Answer",
    "Change",
    "Item",
    "Joined",
    "Kept",
    "Summary",
    "acts_counted",
    "answer",
    "changes",
    "compare",
    "coverage",
    "cursor_place",
    "direct",
    "newest_first",
    "page_of",
    "render",
    "shown",
    "status",
    "touched",
]
