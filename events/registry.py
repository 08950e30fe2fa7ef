"""The party registry as the repository ships it."""

import json
from functools import cache
from importlib.resources import files

from domain.parties import Party, Registry


@cache
def load_registry() -> Registry:
    """The registry of `events/data/parties.json`, read once a process.

    The file is built by `scripts/build_parties.py`; its edition is a digest of its parties.
    """
    document = json.loads(files("events").joinpath("data", "parties.json").read_bytes())
    return Registry((Party.from_json(party) for party in document["parties"]), document["edition"])
