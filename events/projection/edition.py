"""The edition: what an index rests on besides the log."""

from __future__ import annotations

from hashlib import sha256

from domain.parties import Registry

#: Counted up whenever the first fold gives other changes for the same facts than before, the
#: index takes up changes that it missed, or runs are laid otherwise.
FOLD_EDITION = 5


def edition_of(registry: Registry) -> str:
    """A digest of fold and registry; an index of another edition is rebuilt."""
    return sha256(f"{FOLD_EDITION} {registry.edition}".encode()).hexdigest()[:16]
