"""Builds `api/exchange/data/cameo.csv`: each CAMEO code and its act, or why it tells none.

    python scripts/build_cameo.py CODEBOOK PLOVER

CODEBOOK is the table of codes that comes with the `icews` package for R (MIT licence), whose
bytes are MacRoman; PLOVER is the CAMEO-to-PLOVER conversion table of 17 September 2021. Taken from
them are facts alone: codes, their names, Goldstein's scale and the PLOVER type. What a code
becomes here is decided below, code by code or root by root, each with its reason.
"""

import csv
import re
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "api" / "exchange" / "data" / "cameo.csv"
COLUMNS = ("code", "label", "goldstein", "becomes", "side", "mode", "why", "source")

#: What tells an act: code -> event type, what the source actor is in it, mode, why.
ACTS = {
    "04": ("talk.held", "mutual", "", "parties consulted; the root code says no more"),
    "040": ("talk.held", "mutual", "", "parties consulted, in a manner that is not told"),
    "041": ("talk.held", "mutual", "telephone", "parties spoke by telephone"),
    "042": ("visit.held", "visitor", "", "the source actor travelled to the target"),
    "043": ("visit.held", "host", "", "the source actor received the target: 042 seen by the host"),
    "044": ("talk.held", "mutual", "in_person", "parties met on the ground of neither"),
    "045": ("talk.held", "first", "third_party", "a mediator dealt with a party to a dispute"),
    "046": ("talk.held", "mutual", "", "parties negotiated"),
    "057": ("agreement.signed", "mutual", "", "parties signed an agreement; the text is not named"),
}
#: Codes near an act that are none, and why.
NEAR = {
    "026": "an appeal that others meet is a statement: nobody has met",
    "036": "a will to meet is said; no day and no consent of the other side is told, so it is "
    "neither a planned talk nor an open proposal",
    "038": "a will to accept mediation is a statement: nothing was mediated yet",
    "039": "a will to mediate is a statement: nothing was mediated yet",
    "054": "coded alike for a state recognised and for praise of a recognised one; taken for "
    "recognition it would put the recognition of known parties on false days",
    "125": "a meeting is refused, but not which proposal",
    "161": "relations were reduced or broken: the code does not say which, and they are two acts "
    "(VCDR art. 45)",
    "164": "talks are broken off, but not which",
}
#: Why the rest of a root category is no act of the five kinds.
ROOTS = {
    "01": "a statement",
    "02": "an appeal: a statement to another",
    "03": "an intention: nothing was done yet",
    "05": "support in words, or co-operation without a named act",
    "06": "material co-operation, not an act between parties",
    "07": "aid, not an act between parties",
    "08": "a concession by one side",
    "09": "an investigation",
    "10": "a demand: a statement to another",
    "11": "a disapproval: a statement",
    "12": "a refusal: a statement",
    "13": "a threat: a statement",
    "14": "a protest",
    "15": "a show of force",
    "16": "a reduction of relations that no event of the kinds tells",
    "17": "coercion",
    "18": "an assault",
    "19": "fighting",
    "20": "mass violence",
}
_PLOVER = re.compile(r"(?P<code>[0-9]{2,4}): (?P<type>[A-Z]+)(?:,\s*(?P<mode>[^,#]*))?")


def main(codebook: Path, plover: Path) -> None:
    """Write the table."""
    types = {}
    for line in plover.read_text("utf-8").splitlines():
        match = _PLOVER.match(line)
        if match:
            mode = (match["mode"] or "").strip()
            types[match["code"]] = match["type"] + (f", {mode}" if mode else "")
    with codebook.open(encoding="mac_roman", newline="") as file:
        known = {row["code"]: row for row in csv.DictReader(file)}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for code in sorted(known):
            row = known[code]
            becomes, side, mode, why = ACTS.get(code, ("", "", "", ""))
            why = why or NEAR.get(code) or ROOTS[code[:2]]
            source = f"CAMEO codebook, code {code}"
            source += f"; PLOVER {types[code]}" if code in types else ""
            label = row["name"].capitalize() if len(code) == 2 else row["name"]
            label = label[0].upper() + label[1:]
            goldstein = f"{float(row['goldstein']):.1f}"
            table.writerow((code, label, goldstein, becomes, side, mode, why, source))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
