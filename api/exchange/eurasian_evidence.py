"""What an act of the seed history rests on: its source, its own words, the file's remarks."""

from __future__ import annotations

from typing import Any

#: The file's remarks, and the word that says what each is about.
_NOTES = {
    "note": "",
    "date_note": "Date: ",
    "place_note": "Place: ",
    "place_certainty": "Place: ",
    "parties_note": "Parties: ",
    "proposer_note": "Proposer: ",
    "status_note": "Status: ",
}


def evidence(told: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The fields `sources`, `verbatim`, `codes` and, where there are remarks, `note`."""
    names = [
        name
        for person in told.get("participants", ())
        for name in (person.get("name_in_source"), *person.get("variants", ()))
        if name
    ]
    verbatim: dict[str, Any] = {"date": told["date_verbatim"]}
    if names:
        verbatim["names"] = list(dict.fromkeys(names))
    text = _own_words(told)
    if text:
        verbatim["text"] = text
    notes = [
        *(f"{about}{told[field]}" for field, about in _NOTES.items() if told.get(field)),
        *(p["flag"] for p in told.get("projects", ()) if "flag" in p),
        *(f"{p['office']}: {p['normalised_office']}" for p in told.get("participants", ())
          if "normalised_office" in p),
    ]  # fmt: skip
    cited = {
        "title": source["title"],
        "publisher": source["publisher"],
        "author": source["author"],
        "published": source["published"],
        "sha256": source["sha256"],
        "locator": f"act {told['act_id']}",
    }
    return {
        "sources": [cited],
        "verbatim": verbatim,
        "codes": [{"scheme": "eurasian-2024", "code": told["act_id"]}],
    } | ({"note": "\n".join(notes)} if notes else {})


def _own_words(told: dict[str, Any]) -> str:
    """The file's outcome, its figures under their own names, and whatever else has no field."""
    lines = [told["outcome"]["text"]] if told.get("outcome") else []
    for figure in told.get("figures", ()):
        parts = (figure.get("qualifier"), figure["value"], figure["unit"], figure.get("period"))
        lines.append(f"{figure['name']}: {' '.join(str(part) for part in parts if part)}")
    lines += [
        f"{company['type']}: {company['name']} ({company['state']})"
        for company in told.get("counterparties", ())
    ]
    if told.get("related_orgs"):
        lines.append("organisations named: " + ", ".join(told["related_orgs"]))
    if told["kind"] == "agreement" and told.get("form"):
        lines.append(f"form: {told['form']}")
    return "\n".join(lines)
