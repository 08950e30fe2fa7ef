"""What may be taken along: the views, their formats, and what each lets be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.problems import Refused
from domain.shapes import shown
from events.application import Chancery
from events.errors import InvalidBasis
from events.query.filters import Filter


@dataclass(frozen=True, slots=True)
class Form:
    """A format: its name, which ends the file's name, and its media type."""

    name: str
    media_type: str
    title: str


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("csv", "text/csv; charset=utf-8; header=present", "CSV"),
        Form("jsonl", "application/x-ndjson", "JSON lines"),
        Form("jsonld", "application/ld+json", "JSON-LD"),
        Form("ics", "text/calendar; charset=utf-8", "iCalendar"),
        Form("atom", "application/atom+xml; charset=utf-8", "Atom feed"),
        Form("graphml", "application/graphml+xml; charset=utf-8", "GraphML"),
        Form("parquet", "application/vnd.apache.parquet", "Parquet"),
        Form("cloudevents", "application/cloudevents-batch+json; charset=utf-8", "CloudEvents"),
    )
}


@dataclass(frozen=True, slots=True)
class View:
    """A view: what it shows, the formats it is given in, and what may be asked of it."""

    name: str
    forms: tuple[str, ...]
    takes: tuple[str, ...]
    needs: tuple[str, ...] = ()


_ACTS = ("relationship", "party", "act", "kind", "from", "to", "q", "as_of", "known_at")
_EVENTS = ("relationship", "party", "act", "kind", "only", "after", "limit", "known_at")

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View(
            "state",
            ("csv", "jsonl", "jsonld", "parquet"),
            ("relationship", "as_of", "known_at"),
            ("relationship",),
        ),
        View(
            "timeline",
            ("csv", "jsonl", "parquet"),
            ("relationship", "kind", "rank", "level", "from", "to", "known_at"),
            ("relationship",),
        ),
        View("acts", ("csv", "jsonl", "jsonld", "ics", "parquet"), _ACTS),
        View(
            "relationships",
            ("csv", "jsonl", "graphml", "parquet"),
            ("party", "least_acts", "as_of", "known_at"),
        ),
        View(
            "network",
            ("csv", "jsonl", "graphml", "parquet"),
            ("party", "least_acts", "limit", "as_of", "known_at"),
            ("party",),
        ),
        View("events", ("csv", "jsonl", "jsonld", "atom", "parquet", "cloudevents"), _EVENTS),
    )
}
#: The view a format is of where none is named.
USUAL = {
    "csv": "acts",
    "jsonl": "events",
    "jsonld": "acts",
    "ics": "acts",
    "atom": "events",
    "graphml": "relationships",
    "parquet": "acts",
    "cloudevents": "events",
}
#: Entries of a feed where nothing else is asked, and at most.
FEED_LENGTH, LONGEST_FEED = 50, 500
#: Relationships of a party in its network, as the answer of it has them.
NETWORK_SIZE, LARGEST_NETWORK = 40, 100


@dataclass(frozen=True, slots=True)
class Asked:
    """An export as it was asked for, and found to be one that can be given."""

    view: View
    form: Form
    given: dict[str, Any] = field(default_factory=dict)
    """The parameters that were given, by the names HTTP has for them."""

    def get(self, name: str) -> Any:
        """A parameter, None where it was not given."""
        return self.given.get(name)

    @property
    def is_narrow(self) -> bool:
        """Whether it is of one act, one relationship or so many entries, and not of the whole."""
        return any(self.get(name) is not None for name in ("act", "relationship", "limit")) or (
            self.form.name == "atom" or self.view.name == "network"
        )

    def filter(self, chancery: Chancery) -> Filter:
        """The filter among the parameters."""
        return chancery.exports.filter(
            kind=self.get("kind"),
            party=self.get("party"),
            relationship=self.get("relationship"),
            act_id=self.get("act"),
            only=self.get("only"),
        )


def ask(view: str | None, form: str, **parameters: Any) -> Asked:
    """An export by its words; a parameter that is None was not given.

    Raises `Refused` for a view or format that there is not, or not together, and `InvalidBasis`
    for a parameter the view does not take, or lacks.
    """
    if form not in FORMS:
        raise _absent(f"expected a format, one of {', '.join(FORMS)}, got {shown(form)}")
    chosen = VIEWS.get(view or USUAL[form])
    if chosen is None:
        raise _absent(f"expected a view, one of {', '.join(VIEWS)}, got {shown(view)}")
    if form not in chosen.forms:
        given = ", ".join(chosen.forms)
        raise _absent(f"{chosen.name} is exported as one of {given}, got {shown(form)}")
    given_parameters = {name: value for name, value in parameters.items() if value is not None}
    for name, value in given_parameters.items():
        unlimited = form != "atom" and chosen.name != "network"
        if name not in chosen.takes or (name == "limit" and unlimited):
            takes = ", ".join(chosen.takes)
            raise InvalidBasis(name, f"none: {chosen.name} as {form} takes {takes}", str(value))
        if name == "after" and form == "atom":
            raise InvalidBasis(name, "none: a feed begins with the newest", str(value))
    if chosen.name == "network" and given_parameters.get("limit", 1) > LARGEST_NETWORK:
        got = str(given_parameters["limit"])
        raise InvalidBasis("limit", f"a number up to {LARGEST_NETWORK}", got)
    for name in chosen.needs:
        if name not in given_parameters:
            raise InvalidBasis(name, f"one, for {chosen.name}", "none")
    return Asked(chosen, FORMS[form], given_parameters)


def _absent(detail: str) -> Refused:
    return Refused("not-found", f"{detail[:1].upper()}{detail[1:]}.")
