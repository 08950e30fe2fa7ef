"""The key of a relationship: an unordered pair of parties."""

import re
from functools import lru_cache

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}", re.ASCII)


class SameParty(ValueError):
    """A pair needs two parties, and both were `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"a relationship needs two parties, got {self.code!r} twice"


@lru_cache(maxsize=65_536)
def relationship_key(a: str, b: str) -> str:
    """The two codes in alphabetical order, joined by "-": `KAZ-KGZ`, whichever came first.

    Raises `SameParty` for one code given twice, and ValueError for what cannot be a party code.
    """
    for code in (a, b):
        if not _CODE.fullmatch(code):
            raise ValueError(f"expected a party code such as KAZ, got {code!r}")
    if a == b:
        raise SameParty(a)
    return f"{a}-{b}" if a < b else f"{b}-{a}"


def split_key(key: str) -> tuple[str, str]:
    """The two codes of a relationship key, in alphabetical order.

    `KGZ-KAZ` is read as the same relationship as `KAZ-KGZ`. Raises as `relationship_key` does.
    """
    parts = key.split("-")
    if len(parts) != 2:
        raise ValueError(f"expected two party codes joined by '-', got {key!r}")
    first, second = relationship_key(parts[0], parts[1]).split("-")
    return first, second
