"""Coverage does not look at random and real histories: see `tests/untraced.py`."""

from tests.untraced import untraced as untraced
