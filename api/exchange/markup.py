"""Markup: the elements of an XML file one by one, within bounds.

Memory holds one element at a time, and no element, tag, comment or text without an end; nothing
is read of what a document type would declare.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import IO, Any, Protocol, cast

from defusedxml import DefusedXmlException

from api.exchange.prolog import Prolog
from api.exchange.unreadable import BROKEN, UnreadableSource

#: Read together: what is wrong is told with a line that is at most so far off.
_PIECE_BYTES = 2**14
#: Before the first element, and between one tag and the next: text, a comment, an attribute.
MOST_PROLOG_BYTES, MOST_BETWEEN_BYTES = 2**18, 2**20
#: Comments and instructions between one tag and the next. The parser joins the text before each
#: with the text after it, so that many take the square of their number.
MOST_COMMENTS = 1_000
#: How deep elements may lie in each other, and how many in one that is given.
DEEPEST, MOST_ELEMENTS = 200, 1_000_000
#: Of an element that is given, as it stands in the file.
LARGEST_ELEMENT_BYTES = 256 * 2**20


class Named(Protocol):
    """A file that is open."""

    @property
    def name(self) -> str:
        """Its name, as a reader knows it."""
        ...

    @property
    def stream(self) -> IO[bytes]:
        """Its bytes."""
        ...


def elements(member: Named, tag: str) -> Iterator[ElementTree.Element]:
    """Every element of that tag in an XML file, complete, in document order.

    The element is emptied once the next is asked for, so that memory holds one at a time.
    Raises `UnreadableSource` with file and line where the XML is broken, badly encoded, beyond
    its bounds, or declares a document type or entities.
    """
    reading = _Reading(member, tag)
    try:
        yield from reading.found()
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise UnreadableSource(
            member.name, f"expected well-formed XML, got {error}", line
        ) from error
    except BROKEN as error:
        raise UnreadableSource(member.name, f"expected a whole file, got {error}") from error
    except DefusedXmlException as error:
        raise UnreadableSource(
            member.name, f"expected XML without a document type, got {error!r}"
        ) from error
    except UnreadableSource:
        raise
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise UnreadableSource(
            member.name, f"expected a known text encoding, got {error}"
        ) from error


class _Reading:
    """One file, as far as it has been read."""

    def __init__(self, member: Named, tag: str) -> None:
        self._member = member
        self._tag = tag
        self._prolog = Prolog()
        self._line = 1
        self._open: list[ElementTree.Element] = []
        #: How many of those that are open bear the tag.
        self._wanted = 0
        #: Elements that are held, and bytes that were read since none of them was.
        self._held = self._bytes = 0
        self._between = self._comments = 0

    def found(self) -> Iterator[ElementTree.Element]:
        parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(
            ("start", "end", "comment", "pi")
        )
        for piece in _pieces(self._member.stream):
            self._prolog.check(piece)
            parser.feed(piece) if piece else parser.close()
            self._between += len(piece)
            self._bytes += len(piece)
            parsed = cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events())
            for what, element in parsed:
                if what in ("comment", "pi"):
                    self._comment()
                    continue
                self._between = self._comments = 0
                if what == "start":
                    self._begin(element)
                else:
                    if element.tag == self._tag:
                        yield element
                    self._end(element)
            self._check()
            self._line += piece.count(b"\n")

    def _begin(self, element: ElementTree.Element) -> None:
        self._open.append(element)
        self._wanted += element.tag == self._tag
        self._held += 1
        if len(self._open) > DEEPEST:
            raise self._refusal(f"expected at most {DEEPEST} elements in each other")
        if self._held > MOST_ELEMENTS:
            raise self._refusal(f"expected at most {MOST_ELEMENTS} elements in one")

    def _comment(self) -> None:
        self._comments += 1
        if self._comments > MOST_COMMENTS:
            raise self._refusal(f"expected a tag within {MOST_COMMENTS} comments")

    def _end(self, element: ElementTree.Element) -> None:
        self._open.pop()
        if element.tag == self._tag:
            self._wanted -= 1
            element.clear()
        if not self._wanted:
            # Nobody will be given it, nor what lies about it.
            if self._open:
                del self._open[-1][:]
            self._held, self._bytes = len(self._open), 0

    def _check(self) -> None:
        if not self._prolog.over and self._bytes > MOST_PROLOG_BYTES:
            raise self._refusal(f"expected an element within {MOST_PROLOG_BYTES} bytes")
        if self._between > MOST_BETWEEN_BYTES:
            raise self._refusal(f"expected a tag within {MOST_BETWEEN_BYTES} bytes")
        if self._bytes > LARGEST_ELEMENT_BYTES:
            raise self._refusal(f"expected an element of at most {LARGEST_ELEMENT_BYTES} bytes")

    def _refusal(self, reason: str) -> UnreadableSource:
        return UnreadableSource(self._member.name, f"{reason}, got more", self._line)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The pieces of a file, and an empty one at its end."""
    while piece := stream.read(_PIECE_BYTES):
        yield piece
    yield b""


def words(element: ElementTree.Element | None) -> str:
    """The text of an element and all in it, white space made single; "" for no element."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())
