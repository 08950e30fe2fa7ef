"""The edition of the law that answers keep."""

from __future__ import annotations

#: Counted up whenever the same facts are answered in other bytes than before: by the rules, by how
#: a state sums them up, or by how it is written out. An answer names it in its basis, and
#: tests/law/golden.json holds it to that. docs/law.md says what each edition changed.
LAW_EDITION = 2
