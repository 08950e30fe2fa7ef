"""XML: text that a document may hold, and the document as bytes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

#: What XML 1.0, section 2.2, has no way to write, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(value: object) -> str:
    """A value as text of a document; a character XML cannot write becomes U+FFFD."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))


def document(root: ElementTree.Element) -> bytes:
    """The document, in UTF-8, indented."""
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return bytes(written) + b"\n"
