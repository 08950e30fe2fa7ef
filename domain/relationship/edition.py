"""The edition of the law that answers keep."""

from __future__ import annotations

#: Counted up whenever the same facts are answered otherwise than before. An answer names it in its
#: basis. 1 (unnamed): until version 0.1. 2: whom an event speaks for goes by day, bound stretches
#: per party, parties' ends, contact, and the twelve months before (docs/law.md).
LAW_EDITION = 2
