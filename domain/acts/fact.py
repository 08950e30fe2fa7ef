"""A fact: one event version in force, with the days on which it happened and takes effect."""

from __future__ import annotations

from dataclasses import dataclass

from domain.acts.event import Event, Participation
from domain.dates import LAST_DAY, EdtfDate
from domain.kinds import CONSENTS
from domain.once import once


@dataclass(frozen=True)
class Fact:
    """One event version in force: what the record says of one event, at some `known_at`."""

    event: Event
    version: int
    """The event's version in its stream, counted from 1; a correction keeps it."""
    position: int
    """The position of the record that supplies the body."""
    recorded_on: int = LAST_DAY
    """The UTC day of that record, an ordinal; `LAST_DAY` where it is not known."""

    @once
    def begins_certain(self) -> int:
        """First day on which the event has surely begun: its start, or the last day it may be."""
        date = self.event.date
        if self.event.type.durative and (date.interval or date.all_of):
            return date.start_latest
        return surely_from(date)

    @once
    def takes_effect(self) -> EdtfDate:
        """The date from which the event counts, which for an agreement may not be its own.

        Consent is established by the deposit of its instrument (VCLT art. 16). Any event may name
        a later day of effect (VCLT art. 24, 28, 57, 65). A day of effect before the event changes
        no earlier status: it is `dated_back`. A succession alone reaches back (VCSST art. 22, 23).
        """
        own, effective = self.happened, self.event.date_of("effective")
        if effective is None:
            return own
        if self.event.type.event == "succeeded" or surely_from(effective) >= surely_from(own):
            return effective
        return own

    @once
    def dated_back(self) -> EdtfDate | None:
        """The day of effect that the event names, where it lies before the event itself."""
        effective = self.event.date_of("effective")
        return None if effective is None or effective == self.takes_effect else effective

    @once
    def certain_from(self) -> int:
        """First day on which the event surely has its effect."""
        return surely_from(self.takes_effect)

    @property
    def begins_possible(self) -> int:
        """First day on which the event may have begun."""
        return self.event.date.earliest

    @property
    def happened(self) -> EdtfDate:
        """The date on which the act itself was done: of a consent, that of its deposit."""
        own = self.event.date
        if self.event.type.event in CONSENTS:
            deposited = self.event.date_of("deposited")
            # A deposit of a day before the instrument's is an error of the source.
            if deposited is not None and deposited.latest >= own.earliest:
                return deposited
        return own


@dataclass(frozen=True, slots=True)
class Erased:
    """An event version whose content was lawfully erased: that there was one is all it tells."""

    type: str
    """The name of its type, which is not erased."""
    version: int
    position: int
    """The record that held the content."""
    erasure: int
    """The position of the record of its erasure."""
    reason: str
    named: tuple[Participation, ...]
    """The parties it named: without them the rest of the act would be between nobody."""


def surely_from(date: EdtfDate) -> int:
    """First day on which what a date says has surely happened, or surely begun."""
    return date.start_latest if date.interval and date.end != "known" else date.latest


def last_of(date: EdtfDate, durative: bool) -> int:
    """The last day of what a date says: of a moment without an end, the day it is sure."""
    lasts = durative and (date.interval or date.all_of)
    return date.latest if lasts else surely_from(date)
