"""JSON-LD 1.1: acts, records and states in the terms of schema.org and PROV-O.

The context stands in the document, so that nothing is fetched to read it. Dates are EDTF
literals of the Library of Congress's datatype: a month stays a month.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from api.export.atom import TERMS
from api.export.taken import Taken
from domain.dates import DateError, parse
from domain.kinds import KINDS, SAID

Json = dict[str, Any]
_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_INSTANT = {"@type": "xsd:dateTime"}
CONTEXT: Json = {
    "@version": 1.1,
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edtf": _EDTF,
    "chancery": TERMS,
    "id": "@id",
    "type": "@type",
}
#: What of a state's lines is a date.
_DATES = (
    *("date", "window", "since", "effective", "dated", "until"),
    *(name for name, said in SAID.items() if said.date),
)
_PARTIES = {"organisation": "schema:Organization"}


def write(taken: Taken) -> Iterator[bytes]:
    """The document: its graph begins with the export itself, then a node a piece."""
    start = orjson.dumps({"@context": CONTEXT})[:-1]
    yield start + b',"@graph":[\n' + orjson.dumps(_export(taken))
    make = {"state": _state, "acts": _acts, "events": _records}[taken.asked.view.name]
    for node in make(taken):
        yield b",\n" + orjson.dumps(node)
    yield b"\n]}\n"


def _export(taken: Taken) -> Json:
    basis = taken.basis
    node: Json = {
        "id": _here(taken),
        "type": ["schema:Dataset", "prov:Entity"],
        "schema:name": f"Chancery: {taken.name}",
        "schema:identifier": basis["digest"],
        "chancery:position": basis["position"],
        "chancery:partiesEdition": basis["parties"],
    }
    if basis["as_of"]:
        node["schema:temporalCoverage"] = _edtf(basis["as_of"])
    if basis["known_at"]:
        node["prov:generatedAtTime"] = _instant(basis["known_at"])
    if pair := taken.asked.get("relationship"):
        node["schema:about"] = [_ref(_party(taken, code)) for code in pair.split("-")]
    return node


def _acts(taken: Taken) -> Iterator[Json]:
    seen: set[str] = set()
    for act in taken.rows():
        for party in act["parties"]:
            if party["party"] not in seen:
                seen.add(party["party"])
                yield _party_node(taken, party["party"])
        yield _act_node(taken, act)


def _party_node(taken: Taken, code: str) -> Json:
    party = taken.registry.get(code)
    return {
        "id": _party(taken, code),
        "type": [_PARTIES.get(party.kind, "schema:Country"), "prov:Agent"],
        "schema:name": party.name(),
        "schema:identifier": code,
        "schema:additionalType": party.kind,
    }


def _act_node(taken: Taken, act: Json) -> Json:
    iri = _act(taken, act["act_id"])
    node: Json = {
        "id": iri,
        "type": [f"schema:{KINDS[act['kind']].schema_org}", "prov:Entity"],
        "schema:identifier": act["act_id"],
        "schema:additionalType": act["kind"],
        "schema:isPartOf": _ref(_here(taken)),
        "schema:about": [_ref(_party(taken, party["party"])) for party in act["parties"]],
        "schema:subjectOf": [_event_node(taken, act, entry) for entry in act["events"]],
    }
    if act["title"]:
        node["schema:name"] = act["title"]
    if act["status"]:
        node["chancery:status"] = act["status"]
    for party in act["parties"]:
        if "role" in party:
            node.setdefault(f"chancery:{party['role']}", []).append(
                _ref(_party(taken, party["party"]))
            )
    return node


def _event_node(taken: Taken, act: Json, entry: Json) -> Json:
    """What a record says of one event: a statement, with whence and when it is known."""
    body = entry["event"]
    iri = _act(taken, act["act_id"])
    node: Json = {
        "id": f"{iri}#event-{entry['version']}",
        "type": ["schema:Event", "prov:Entity"],
        "schema:additionalType": body["type"],
        "schema:temporalCoverage": _edtf(body["date"]),
        "chancery:certain": entry["certain"],
        "prov:wasDerivedFrom": _record_node(taken, act["act_id"], entry),
    }
    day = _exact(body["date"])
    if day:
        node["schema:startDate"] = {"@value": day, "@type": "xsd:date"}
    for name, term in (("title", "schema:name"), ("note", "schema:description")):
        if name in body:
            node[term] = body[name]
    if "place" in body:
        node["schema:location"] = {"type": "schema:Place", "schema:name": body["place"]}
    for name in ("planned_for", "expires_on", "effective", "deposited"):
        if name in body:
            node[f"chancery:{_camel(name)}"] = _edtf(body[name])
    if "by" in body:
        node["prov:wasAttributedTo"] = [_ref(_party(taken, code)) for code in body["by"]]
    sources = [_source(source) for source in body.get("sources", ())]
    if sources:
        node["prov:hadPrimarySource"] = sources
    return node


def _source(source: Json) -> Json:
    node: Json = {"type": ["schema:CreativeWork", "prov:Entity"], "schema:name": source["title"]}
    for name, term in (("publisher", "schema:publisher"), ("author", "schema:author")):
        if name in source:
            node[term] = {"type": "schema:Thing", "schema:name": source[name]}
    if "published" in source:
        node["schema:datePublished"] = _edtf(source["published"])
    # As text, not as a node's name: an address from a source names nothing here.
    if "url" in source:
        node["schema:url"] = {"@value": source["url"], "@type": "xsd:anyURI"}
    if "locator" in source:
        node["schema:position"] = source["locator"]
    if "sha256" in source:
        node["schema:sha256"] = source["sha256"]
    return node


def _record_node(taken: Taken, act_id: str, header: Json) -> Json:
    return {
        "id": f"{_act(taken, act_id)}#record-{header['position']}",
        "type": "prov:Entity",
        "schema:identifier": header["digest"],
        "chancery:position": header["position"],
        "prov:generatedAtTime": _instant(header["recorded_at"]),
        "prov:wasAttributedTo": {
            "type": "prov:Agent",
            "schema:name": header["recorded_by"],
        },
    }


def _records(taken: Taken) -> Iterator[Json]:
    """Records as entities; one that corrects is a revision, one that takes back ends another."""
    words: dict[tuple[str, int], str] = {}
    for row in taken.rows():
        act = _act(taken, row["act_id"])
        event, did = row["event"], row["did"]
        node = {
            **_record_node(taken, row["act_id"], row),
            "chancery:did": did,
            "schema:additionalType": event["type"] or row["kind"],
            "prov:specializationOf": _ref(f"{act}#event-{event['version'] or row['version']}"),
            "schema:isPartOf": _ref(act),
        }
        if event["date"]:
            node["schema:temporalCoverage"] = _edtf(event["date"])
        if event["title"]:
            node["schema:name"] = event["title"]
        if row["reason"]:
            node["schema:description"] = row["reason"]
        if row["late_changes"]:
            node["chancery:lateChangeOf"] = [
                change["relationship"] for change in row["late_changes"]
            ]
        key = (row["act_id"], event["version"] or row["version"])
        if did == "corrected" and key in words:
            node["prov:wasRevisionOf"] = _ref(words[key])
        if did in ("recorded", "corrected"):
            words[key] = node["id"]
        yield node
        if did in ("retracted", "erased") and event["version"]:
            yield {
                "id": f"{act}#event-{event['version']}",
                "prov:wasInvalidatedBy": {
                    "type": "prov:Activity",
                    "chancery:record": _ref(node["id"]),
                    "prov:endedAtTime": _instant(row["recorded_at"]),
                },
            }


def _state(taken: Taken) -> Iterator[Json]:
    """A state's lines as property values of the export, each resting on its records."""
    values = []
    for row in taken.rows():
        node: Json = {"type": "schema:PropertyValue", "schema:propertyID": row["list"]}
        node["schema:value"] = row.get(
            "count", row.get("status", row.get("title", row.get("date")))
        )
        if row.get("act_id"):
            act = _act(taken, row["act_id"])
            node["schema:about"] = _ref(act)
            node["prov:wasDerivedFrom"] = [
                _ref(f"{act}#record-{position}") for position in row["records"]
            ]
        for name in _DATES:
            if name in row:
                node[f"chancery:{name}"] = _edtf(row[name])
        if row.get("title"):
            node["schema:name"] = row["title"]
        values.append({name: value for name, value in node.items() if value is not None})
    yield {"id": _here(taken), "schema:variableMeasured": values}


def _here(taken: Taken) -> str:
    digest = taken.basis["digest"].removeprefix("sha256:")
    return f"{taken.link_base}/v1/exports/{taken.asked.view.name}#{digest}"


def _act(taken: Taken, act_id: str) -> str:
    return f"{taken.link_base}/v1/acts/{quote(act_id, safe=':~')}"


def _party(taken: Taken, code: str) -> str:
    return f"{taken.link_base}/v1/parties/{code}"


def _ref(iri: str) -> Json:
    return {"id": iri}


def _edtf(text: str) -> Json:
    return {"@value": text, "@type": "edtf"}


def _instant(text: str) -> Json:
    return {"@value": text, **_INSTANT}


def _exact(text: str) -> str | None:
    """The day of a date that is one day and nothing else; None where it is less exact."""
    try:
        when = parse(text)
    except DateError:
        return None
    return text if len(text) == 10 and when.earliest == when.latest else None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
