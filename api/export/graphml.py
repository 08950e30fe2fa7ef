"""GraphML: parties as nodes, relationships as edges with their acts and contacts."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from api.export.taken import Taken
from api.export.xml import document, plain

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
#: What elements may say: of what, its name, its type, and a line about it.
_KEYS = (
    ("graph", "as_of", "string"),
    ("graph", "known_at", "string"),
    ("graph", "position", "long"),
    ("graph", "parties", "string"),
    ("graph", "digest", "string"),
    ("node", "name", "string"),
    ("node", "kind", "string"),
    ("edge", "acts", "long"),
    ("edge", "first", "string"),
    ("edge", "last", "string"),
)


def write(taken: Taken) -> Iterator[bytes]:
    """The graph, undirected, as one document. Dates of contact are EDTF."""
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(_tag("graphml"))
    for of, name, kind in _KEYS:
        attributes = {"id": f"{of}_{name}", "for": of, "attr.name": name, "attr.type": kind}
        ElementTree.SubElement(root, _tag("key"), attributes)
    graph = ElementTree.SubElement(root, _tag("graph"), {"edgedefault": "undirected"})
    _say(graph, "graph", taken.basis)
    edges = list(taken.rows())
    names = {party["code"]: party["name"] for row in edges for party in row["parties"]}
    for code in sorted(names):
        node = ElementTree.SubElement(graph, _tag("node"), {"id": code})
        _say(node, "node", {"name": names[code], "kind": taken.registry.get(code).kind})
    for row in edges:
        a, b = (party["code"] for party in row["parties"])
        ends = {"id": row["relationship"], "source": a, "target": b}
        _say(ElementTree.SubElement(graph, _tag("edge"), ends), "edge", row)
    yield document(root)


def _say(element: ElementTree.Element, of: str, values: dict[str, object]) -> None:
    for whose, name, _ in _KEYS:
        if whose == of and values.get(name) is not None:
            data = ElementTree.SubElement(element, _tag("data"), {"key": f"{of}_{name}"})
            data.text = plain(values[name])


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
