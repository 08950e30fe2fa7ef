"""The state of a pair of parties: an act's changes, their join, the answer, and comparison."""

from domain.relationship.anomaly import anomalies
from domain.relationship.change import Change
from domain.relationship.compare import compare
from domain.relationship.coverage import coverage, covering
from domain.relationship.edition import LAW_EDITION
from domain.relationship.existence import existence
from domain.relationship.fold import changes, touched, touched_parties
from domain.relationship.parts import (
    FEW,
    Common,
    Part,
    common_of,
    in_parts,
    joined,
    pairs_beside,
    parts_of,
)
from domain.relationship.sides import Kept
from domain.relationship.state import (
    ACTS,
    LISTS,
    MOST,
    MOVING,
    RESTED,
    SHARED,
    Answer,
    Joined,
    acts_counted,
    answer,
    cursor_place,
    lasts,
    page_of,
    recent_begun,
    render,
    shown,
)
from domain.relationship.status import status
from domain.relationship.summary import Item, Setting, Summary, newest_first, setting_rank

__all__ = [
    "ACTS",
    "FEW",
    "LAW_EDITION",
    "LISTS",
    "MOST",
    "MOVING",
    "RESTED",
    "SHARED",
    "Answer",
    "Change",
    "Common",
    "Item",
    "Joined",
    "Kept",
    "Part",
    "Setting",
    "Summary",
    "acts_counted",
    "anomalies",
    "answer",
    "changes",
    "common_of",
    "compare",
    "coverage",
    "covering",
    "cursor_place",
    "existence",
    "in_parts",
    "joined",
    "lasts",
    "newest_first",
    "page_of",
    "pairs_beside",
    "parts_of",
    "recent_begun",
    "render",
    "setting_rank",
    "shown",
    "status",
    "touched",
    "touched_parties",
]
