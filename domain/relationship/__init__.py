"""The state of a pair of parties: an act's changes, their join, the answer, and comparison."""

from domain.relationship.change import Change
from domain.relationship.compare import compare
from domain.relationship.coverage import coverage
from domain.relationship.fold import changes, direct, touched
from domain.relationship.state import LISTS, MOST, Answer, answer, items, render
from domain.relationship.status import status
from domain.relationship.summary import Summary
from domain.relationship.timeline import Kept

__all__ = [
    "LISTS",
    "MOST",
    "Answer",
    "Change",
    "Kept",
    "Summary",
    "answer",
    "changes",
    "compare",
    "coverage",
    "direct",
    "items",
    "render",
    "status",
    "touched",
]
