"""Who can act: parties, their names and codes by date, and the pairs they make."""

from domain.parties.pair import SameParty, relationship_key, split_key
from domain.parties.party import Party, PartyCode, PartyName, Succession
from domain.parties.registry import Registry, UnknownParty, Unresolved
from domain.parties.spelling import folded

__all__ = [
    "Party",
    "PartyCode",
    "PartyName",
    "Registry",
    "SameParty",
    "Succession",
    "UnknownParty",
    "Unresolved",
    "folded",
    "relationship_key",
    "split_key",
]
