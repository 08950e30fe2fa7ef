"""Evidence: an answer in one file, with all that it takes to check it away from any store.

`making` makes a bundle out of a store, `checking` verifies one from its bytes alone, and `bundle`
is the form between the two. docs/evidence.md describes the format.
"""

from events.evidence.bundle import FORMAT, Bundle, EvidenceError, looks_like_bundle
from events.evidence.checking import Verdict, verify_bundle
from events.evidence.making import Page, make_bundle

__all__ = [
    "FORMAT",
    "Bundle",
    "EvidenceError",
    "Page",
    "Verdict",
    "looks_like_bundle",
    "make_bundle",
    "verify_bundle",
]
