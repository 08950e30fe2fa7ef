"""What an act of the seed history rests on: its source and its own words."""

from __future__ import annotations

from typing import Any


def evidence(entry: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The fields `sources`, `verbatim` and `codes`."""
    names = [
        name
        for person in entry.get("participants", ())
        for name in (person.get("name_in_source"), *person.get("variants", ()))
        if name
    ]
    verbatim: dict[str, Any] = {"date": entry["date_verbatim"]}
    if names:
        verbatim["names"] = list(dict.fromkeys(names))
    text = _own_words(entry)
    if text:
        verbatim["text"] = text
    cited = {
        "title": source["title"],
        "publisher": source["publisher"],
        "author": source["author"],
        "published": source["published"],
        "sha256": source["sha256"],
        "locator": f"act {entry['act_id']}",
    }
    return {
        "sources": [cited],
        "verbatim": verbatim,
        "codes": [{"scheme": "eurasian-2024", "code": entry["act_id"]}],
    }


def _own_words(entry: dict[str, Any]) -> str:
    """The file's outcome, its figures under their own names, and whatever else has no field."""
    lines = [entry["outcome"]["text"]] if entry.get("outcome") else []
    for figure in entry.get("figures", ()):
        parts = (figure.get("qualifier"), figure["value"], figure["unit"], figure.get("period"))
        lines.append(f"{figure['name']}: {' '.join(str(part) for part in parts if part)}")
    lines += [
        f"{company['type']}: {company['name']} ({company['state']})"
        for company in entry.get("counterparties", ())
    ]
    if entry.get("related_orgs"):
        lines.append("organisations named: " + ", ".join(entry["related_orgs"]))
    if entry["kind"] == "agreement" and entry.get("form"):
        lines.append(f"form: {entry['form']}")
    return "\n".join(lines)
