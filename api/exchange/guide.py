"""The articles of the guide to recognition and relations: their dated entries, as written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.exchange.source import words

TEI = "{http://www.tei-c.org/ns/1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


@dataclass(frozen=True)
class Entry:
    """One dated entry of an article."""

    article: str
    title: str
    section: str
    number: int
    """Its place among the entries of its section, from 1."""
    head: Element | None
    prose: str
    where: str

    @property
    def key(self) -> str:
        """Stable within the article."""
        return f"{self.section}/{self.number}"

    @property
    def code(self) -> str:
        """Stable in the whole guide."""
        return f"{self.article}/{self.key}"

    @property
    def heading(self) -> str:
        """The heading's words without the full stop."""
        return words(self.head).rstrip(".")

    @property
    def row(self) -> str:
        """The entry's own words, whole."""
        return f"{words(self.head)}\n{self.prose}".strip()


def entries(article: Element, slug: str, file: str) -> Iterator[Entry]:
    """Every dated entry of an article in its order, those inside another after it."""
    short = article.find(f".//{TEI}title[@type='short']")
    title = words(short).rstrip("*")
    counts: dict[str, int] = {}

    def walk(parent: Element, section: str) -> Iterator[Entry]:
        for div in parent.iterfind(f"{TEI}div"):
            if div.get("type") != "timeline":
                yield from walk(div, div.get(_XML_ID) or section)
                continue
            number = counts[section] = counts.get(section, 0) + 1
            prose = " ".join(words(p) for p in div if p.tag in (f"{TEI}p", f"{TEI}list"))
            where = f"{file}, {section} {number}"
            yield Entry(slug, title, section, number, div.find(f"{TEI}head"), prose, where)
            yield from walk(div, section)

    for body in article.iterfind(f"{TEI}text/{TEI}body"):
        yield from walk(body, "body")
