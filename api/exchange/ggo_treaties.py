"""Treaties state by state, as the Global Governance Observatory's tables have them.

Two tables of commas: one row a state and treaty (signature, ratification, force, end), and one row
a treaty (place, subject, kind). A treaty is one act `ggo-treaties:<treatyID>`; each fact is an
event by its state, so that what stood between two of them is for the domain to derive.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from api.exchange.ggo_instrument import Instrument, StateRow, instruments
from api.exchange.ggo_row import read_agreement, read_state
from api.exchange.names import Names
from api.exchange.row import (
    Coverage,
    Item,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    Repeated,
    SourceAct,
    Span,
)
from api.exchange.source import BROKEN, Member, UnreadableSource, members
from domain.dates import DateError, format_day
from domain.dates import parse as parse_date
from domain.parties import Registry

_STATES = {"stateID", "treatyID", "Title", "End", "StateSignature", "StateRatification"}
_STATES |= {"StateForce", "StateEnd"}
_TREATIES = {"treatyID", "Title", "TypeAgree", "TypeSubject", "Location"}
_LONGEST_CELL = 2**20


class GgoTreaties:
    """The format of the tables of parties and of agreements."""

    name = "ggo-treaties"
    title = "Global Governance Observatory: states' treaties (manytreaties)"
    licence = "unsettled (CC BY 4.0 or AGPL-3); none ships with Chancery"
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row of the tables: behind an act, out of scope, repeated, or quarantined.

        The rows of one treaty may stand apart, so the files are read to their end before the
        first act is told.
        """
        names = Names(self.name, registry, codes="iso3166-1-alpha-3")
        states: dict[str, list[StateRow]] = {}
        treaties: dict[str, list[tuple[str, dict[str, str]]]] = {}
        seen: set[bytes] = set()
        for member in members(paths, ".csv"):
            for where, cells, words in _rows(member):
                key = "/".join(cells[name] for name in ("stateID", "treatyID") if name in cells)
                digest = blake2b(f"{key}\n{words}".encode(), digest_size=16).digest()
                if digest in seen:
                    yield Repeated(key, where)
                    continue
                seen.add(digest)
                try:
                    if "stateID" not in cells:
                        treaty = read_agreement(cells)
                        treaties.setdefault(treaty["treatyID"], []).append((where, treaty))
                        continue
                    row = read_state(cells, names, where, words)
                except NotUnderstood as error:
                    yield Quarantined(words, key, where, error.reason)
                    continue
                if row is None:
                    yield OutOfScope(key, where, "no date of the state's own")
                else:
                    states.setdefault(row.treaty, []).append(row)
        for treaty_id in sorted(states):
            for instrument in instruments(treaty_id, states.pop(treaty_id)):
                settled, contradicting = instrument.settled()
                yield from contradicting
                yield from _told(settled, treaties)
        for treaty_id in sorted(treaties):
            for where, _ in treaties[treaty_id]:
                yield OutOfScope(treaty_id, where, "no act of its states is told")

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From the first to the last day on which a state did something."""
        first, last = 0, 0
        dated = set()
        for member in members(paths, ".csv"):
            for _, cells, _ in _rows(member):
                dated |= {cells.get("StateSignature", ""), cells.get("StateRatification", "")}
        for text in dated:
            try:
                date = parse_date(text)
            except DateError:
                continue
            first = min(first, date.earliest) if first else date.earliest
            last = max(last, date.latest)
        note = "treaties the Observatory collects, by what each state did"
        if not first:
            return Coverage((), note)
        span = Span(format_day(first), format_day(last))
        return Coverage((span,), note, (), ("agreement",))


def _told(
    instrument: Instrument, treaties: dict[str, list[tuple[str, dict[str, str]]]]
) -> Iterator[SourceAct | OutOfScope]:
    """An instrument as an act, with the rows of its treaty that bear its title, or the only one."""
    about = treaties.get(instrument.treaty, [])
    mine = [row for row in about if row[1]["Title"].strip() == instrument.title]
    # Of two rows about it one is taken, the same in any order.
    mine.sort(key=lambda row: sorted(row[1].items()))
    if not mine and instrument.main and len(about) == 1:
        mine = about[:]
    if len(instrument.parties) < 2:
        first = instrument.rows[0]
        reason = "fewer than two parties of the treaty are told"
        yield OutOfScope(instrument.treaty, first.where, reason, len(instrument.rows))
        return
    for row in mine:
        about.remove(row)
    if not about:
        treaties.pop(instrument.treaty, None)
    events = instrument.events(mine[0][1] if mine else {})
    yield SourceAct(instrument.act_id, events, len(instrument.rows) + len(mine))


def _rows(member: Member) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each row: its place, its cells by column, and its words."""
    csv.field_size_limit(_LONGEST_CELL)
    line = 0
    with io.TextIOWrapper(member.stream, "utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        try:
            header = next(rows, [])
            if not any(columns.issubset(header) for columns in (_STATES, _TREATIES)):
                got = ",".join(header)[:80]
                expected = f"expected the columns {', '.join(sorted(_STATES))}"
                raise UnreadableSource(member.name, f"{expected}, got {got!r}", 1)
            line = rows.line_num
            for cells in rows:
                where = f"{member.name}, line {line + 1}"
                line = rows.line_num
                padded = cells + [""] * (len(header) - len(cells))
                yield where, dict(zip(header, padded, strict=False)), "\t".join(cells)
        except UnicodeDecodeError as error:
            expected = f"expected UTF-8, got {error.reason}"
            raise UnreadableSource(member.name, expected, line) from error
        except csv.Error as error:
            raise UnreadableSource(member.name, f"expected CSV, got {error}", line) from error
        except BROKEN as error:
            expected = f"expected a whole file, got {error}"
            raise UnreadableSource(member.name, expected, line) from error
