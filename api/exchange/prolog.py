"""The prolog of an XML file: all that stands before its first element.

Only there may a document type be declared, and with it entities that grow without end or reach
into other files. The library that refuses them has a slow parser; so it reads the prolog, and
once the first element has begun the rest may be read by any.
"""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import DefusedXMLParser

_PIECE_BYTES = 512


class Prolog:
    """Looks at the beginning of an XML file, block by block."""

    def __init__(self) -> None:
        self._parser = DefusedXMLParser(target=self, forbid_dtd=True)
        self._over = False

    @property
    def over(self) -> bool:
        """Whether the first element has begun."""
        return self._over

    def check(self, block: bytes) -> None:
        """Look at the next block; raises `DefusedXmlException` for a document type.

        What is wrong in other ways is left for the file's own parser to tell.
        """
        at = 0
        while at < len(block) and not self._over:
            try:
                self._parser.feed(block[at : at + _PIECE_BYTES])
            except (ParseError, LookupError, ValueError) as error:
                if type(error).__module__.startswith("defusedxml"):
                    raise
                self._over = True
            at += _PIECE_BYTES

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        """An element begins: no document type can be declared any more."""
        self._over = True

    def end(self, _tag: str) -> None:
        """The first element may end in the piece it began in."""

    def close(self) -> None:
        """Nothing is built."""
