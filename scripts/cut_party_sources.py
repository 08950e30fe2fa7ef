"""Cuts the two published sources of the party registry down to the columns used here.

    python scripts/cut_party_sources.py --gsh TARBALL     HistoryAtState/gsh, territories (CC0)
    python scripts/cut_party_sources.py --countries CSV   datasets/country-codes (PDDL)

The results are committed in `events/data/parties/`; `scripts/build_parties.py` reads them there.
"""

import argparse
import csv
import io
import tarfile
from pathlib import Path
from xml.etree import ElementTree

TABLES = Path(__file__).resolve().parent.parent / "events" / "data" / "parties"

Row = dict[str, str]

GSH_COLUMNS = (
    "id", "short_form_name", "long_form_name", "type_of_territory",
    "valid_since", "valid_until", "predecessors", "successors",
)  # fmt: skip
COUNTRY_COLUMNS = {
    "alpha_3": "ISO3166-1-Alpha-3",
    "alpha_2": "ISO3166-1-Alpha-2",
    "numeric": "ISO3166-1-numeric",
    "cldr_display_name": "CLDR display name",
    "official_name_en": "official_name_en",
    "unterm_english_short": "UNTERM English Short",
    "unterm_english_formal": "UNTERM English Formal",
    "wikidata": "wikidata_id",
}


def take_territories(tarball: Path) -> None:
    """Cut the State Department's territories down to the columns used here (CC0)."""
    rows = []
    with tarfile.open(tarball) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if "/data/territories/" not in member.name or file is None:
                continue
            root = ElementTree.fromstring(file.read())  # noqa: S314  a file the rebuilder chose

            def text(tag: str, root: ElementTree.Element = root) -> str:
                return " ".join((root.findtext(tag) or "").split())

            row = {column: text(column.replace("_", "-")) for column in GSH_COLUMNS[:6]}
            for column, tag in (("predecessors", "predecessor"), ("successors", "successor")):
                row[column] = " ".join(e.text or "" for e in root.iter(tag))
            rows.append(row)
    write("gsh_territories.csv", GSH_COLUMNS, sorted(rows, key=lambda row: row["id"]))


def take_countries(source: Path) -> None:
    """Cut datasets/country-codes down to the columns used here (PDDL)."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = [{c: r[s].strip() for c, s in COUNTRY_COLUMNS.items()} for r in csv.DictReader(file)]
    for row in rows:
        row["numeric"] = row["numeric"].zfill(3)
        row["wikidata"] = row["wikidata"].rpartition("/")[2]
    write("country_codes.csv", tuple(COUNTRY_COLUMNS), sorted(rows, key=lambda r: r["alpha_3"]))


def write(name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    """Write a table in the committed form."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (TABLES / name).write_bytes(text.getvalue().encode())


def main() -> None:
    """Take the extracts asked for."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--gsh", type=Path, metavar="TARBALL")
    ask.add_argument("--countries", type=Path, metavar="CSV")
    given = ask.parse_args()
    if given.gsh:
        take_territories(given.gsh)
    if given.countries:
        take_countries(given.countries)


if __name__ == "__main__":
    main()
