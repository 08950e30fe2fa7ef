"""The seed history: one article of 2024 restated as twenty-two acts.

A JSON file with `source`, `parties` and `acts`. Act `A01` becomes `eurasian-2024:a01` with one
event. Amounts stated in billions are written out in full, and the trade turnover bears the same
name as the trade target, so that the share reached can be said; the article's own words for
them stay in the verbatim text. What is not the article's is never read: the file's `enrichment`,
which is general knowledge, and its remarks (`note`, `flag`, and whatever ends in `_note`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.exchange.eurasian_evidence import evidence
from api.exchange.row import Coverage, Item, NotUnderstood, Quarantined, SourceAct, Span
from api.exchange.source import UnreadableSource, members
from domain.dates import DateError, parse
from domain.parties import Registry, Unresolved

_Restated = dict[str, Any]

#: Event type by the file's kind and status.
_TYPES = {
    ("talk", "concluded"): "talk.held",
    ("visit", "planned"): "visit.announced",
    ("visit", "held"): "visit.held",
    ("proposal", "endorsed"): "proposal.endorsed",
    ("proposal", "tabled"): "proposal.tabled",
    ("agreement", "agreed_in_principle"): "agreement.agreed_in_principle",
    # Sections of a boundary agreed, no instrument: nothing is signed, let alone in force.
    ("agreement", "partially_agreed"): "agreement.agreed_in_principle",
    ("agreement", "signed"): "agreement.signed",
}
#: The article's quantities under the names that let a target and its progress meet.
_FIGURES = {"bilateral_trade_turnover": "bilateral_trade", "trade_target": "bilateral_trade"}
#: What an act is called, by the file's word for its kind.
_TITLES = {
    "official_talks": "Official talks",
    "summit": "Summit",
    "discussion": "Talks",
    "joint_target": "Joint target",
    "target": "Target",
    "cooperation_offer": "Offer",
    "joint_venture": "Proposal",
    "package_of_agreements": "Package of agreements",
    "political_commitment": "Commitment",
    "boundary_understanding": "Boundary understanding",
}
_UNITS = {"USD bn": ("USD", 1_000_000_000), "percent": ("percent", 1)}


class Eurasian2024:
    """The format of the seed history."""

    name = "eurasian-2024"
    title = "Eurasian Partnership 2024: strengthening bilateral relations"
    licence = "own restatement of facts"
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every act of the files: recorded, or quarantined with its reason."""
        for member in members(paths, ".json"):
            document = _document(member.name, member.stream.read())
            for number, entry in enumerate(document["acts"], 1):
                where = f"{member.name}, act {number}"
                try:
                    yield _act(entry, document["source"], registry)
                except NotUnderstood as error:
                    row = json.dumps(entry, ensure_ascii=False)
                    yield Quarantined(row, str(entry.get("act_id", "")), where, error.reason)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """What the article speaks of: the end of 2023 to its publication."""
        note = "what one article tells of six relationships"
        parties = ("BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB")
        return Coverage((Span("2023-12", "2024-03-09"),), note, parties)


def _document(name: str, data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except UnicodeDecodeError as error:
        raise UnreadableSource(name, f"expected UTF-8, got {error.reason}") from error
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise UnreadableSource(name, f"expected JSON, got {error}", line) from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("source"), dict)
        or not isinstance(document.get("acts"), list)
        or not all(isinstance(entry, dict) for entry in document["acts"])
    ):
        raise UnreadableSource(name, "expected an object with `source` and a list of `acts`")
    return document


def _act(entry: _Restated, source: _Restated, registry: Registry) -> SourceAct:
    try:
        key = entry["act_id"]
        name = _TYPES[entry["kind"], entry["status"]]
        on = parse(_happened(entry))
        names = {code: registry.resolve(code, on).name(on.earliest) for code in entry["parties"]}
        event: dict[str, Any] = {
            "type": name,
            "key": key,
            "date": _happened(entry),
            "title": _title(entry, names),
            "parties": _parties(entry),
        }
        event |= _particulars(entry) | evidence(entry, source)
        return SourceAct(f"eurasian-2024:{key.lower()}", (event,))
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {error.text!r}") from error
    except Unresolved as error:
        raise NotUnderstood(f"party: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(
            f"expected an act as the seed history writes it, got {error!r}"
        ) from error


def _happened(entry: _Restated) -> str:
    # A planned visit happened, so far, only as its announcement.
    text = entry.get("announced_edtf", entry["date_edtf"])
    return str(text)


def _title(entry: _Restated, names: dict[str, str]) -> str:
    """What names the act: its body, who visits where, who talks, or what is proposed or agreed."""
    if "body" in entry:
        return str(entry["body"])
    if entry["kind"] == "visit":
        person = entry["participants"][0]
        who = f"{person['office']} of {names[person['state']]}"
        who += f", {person['name_in_source']}," if person.get("name_in_source") else ""
        return f"Visit of the {who} to {entry['place']}"
    subkind = entry["subkind"].partition(" (")[0]
    called = _TITLES.get(subkind, subkind.replace("_", " ").capitalize())
    if entry["kind"] != "talk" and entry.get("topics"):
        return f"{called}: {entry['topics'][0]}"
    return f"{called} of {' and '.join(names[code] for code in entry['parties'])}"


def _parties(entry: _Restated) -> list[dict[str, str]]:
    roles: dict[str, str] = {}
    if entry["kind"] == "visit":
        roles = {entry["direction"][role]: role for role in ("visitor", "host")}
    elif entry["kind"] == "proposal":
        roles |= dict.fromkeys(entry.get("addressee") or (), "addressee")
        roles |= dict.fromkeys(entry.get("proposer") or (), "proposer")
    return [
        {"party": code} | ({"role": roles[code]} if code in roles else {})
        for code in entry["parties"]
    ]


def _particulars(entry: _Restated) -> dict[str, Any]:
    found: dict[str, Any] = {}
    kind = entry["kind"]
    if entry["status"] == "planned":
        found["planned_for"] = entry["date_edtf"]
    if kind in ("talk", "visit") and entry.get("level"):
        found["levels"] = list(entry["level"])
    if kind == "talk" and entry["subkind"] == "multilateral_meeting":
        found["mode"] = "multilateral"
    if kind == "proposal" and entry.get("proposer"):
        found["by"] = list(entry["proposer"])
    if kind == "agreement":
        found["form"] = _form(entry)
    figures = [_figure(figure) for figure in entry.get("figures", ())]
    if kind == "proposal" and figures:
        found["target"], *figures = figures
    if figures:
        found["figures"] = figures
    if entry.get("place"):
        found["place"] = entry["place"]
        # Of Almaty the article says that the council met there, not the two who met beside it.
        if entry.get("place_certainty", "").startswith("inferred"):
            found["place_inferred"] = True
    if entry.get("participants"):
        found["participants"] = [_participant(person) for person in entry["participants"]]
    if entry.get("topics"):
        found["topics"] = list(entry["topics"])
    if entry.get("projects"):
        found["projects"] = [_project(project) for project in entry["projects"]]
    links = [
        {"rel": rel, "act_id": f"eurasian-2024:{entry[field].lower()}"}
        for field, rel in (
            ("parent", "part_of"),
            ("occasion", "part_of"),
            ("continues", "follows"),
            ("refers_to", "follows"),
        )
        if entry.get(field)
    ]
    return found | ({"links": links} if links else {})


def _form(entry: _Restated) -> str:
    forms = {
        "package_of_agreements": "contract_package",
        "political_commitment": "commitment_in_principle",
    }
    return forms.get(entry["subkind"], "other")


def _figure(figure: _Restated) -> dict[str, Any]:
    unit, times = _UNITS[figure["unit"]]
    value = figure["value"] * times
    written = {
        "name": _FIGURES.get(figure["name"], figure["name"]),
        "value": round(value) if value == round(value) else value,
        "unit": unit,
    }
    return written | {
        field: figure[source]
        for field, source in (("period", "period"), ("by", "deadline"), ("qualifier", "qualifier"))
        if figure.get(source)
    }


def _participant(person: _Restated) -> dict[str, str]:
    named = {"name": person["name_in_source"]} if person.get("name_in_source") else {}
    return {"office": person["office"], "party": person["state"]} | named


def _project(project: _Restated) -> dict[str, str]:
    return {field: text for field, text in project.items() if field != "flag"}
