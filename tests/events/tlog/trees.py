"""RFC 6962, section 2.1, word for word: slow, recursive, and sharing no line with the program."""

from functools import cache
from hashlib import sha256

#: The eight leaves on which every implementation of RFC 6962 agrees.
EIGHT = [
    bytes.fromhex(line)
    for line in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]

#: Their roots as published, of sizes 1 to 8.
ROOTS_OF_EIGHT = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def entry(index: int) -> bytes:
    return f"entry {index}".encode()


def half(leaves: int) -> int:
    k = 1
    while k * 2 < leaves:
        k *= 2
    return k


class Naive:
    """A tree of entries by the RFC's own definitions: MTH, PATH, PROOF and SUBPROOF."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries = entries
        self.mth = cache(self._mth)

    def _mth(self, first: int, last: int) -> bytes:
        if first == last:
            return sha256(b"").digest()
        if last - first == 1:
            return sha256(b"\x00" + self.entries[first]).digest()
        k = half(last - first)
        both = self.mth(first, first + k) + self.mth(first + k, last)
        return sha256(b"\x01" + both).digest()

    def node(self, level: int, index: int) -> bytes:
        return self.mth(index << level, (index + 1) << level)

    def path(self, m: int, first: int, last: int) -> list[bytes]:
        if last - first == 1:
            return []
        k = half(last - first)
        if m < k:
            return [*self.path(m, first, first + k), self.mth(first + k, last)]
        return [*self.path(m - k, first + k, last), self.mth(first, first + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        return self.subproof(m, 0, n, True)

    def subproof(self, m: int, first: int, last: int, known: bool) -> list[bytes]:
        if m == last - first:
            return [] if known else [self.mth(first, last)]
        k = half(last - first)
        if m <= k:
            return [*self.subproof(m, first, first + k, known), self.mth(first + k, last)]
        return [*self.subproof(m - k, first + k, last, False), self.mth(first, first + k)]
