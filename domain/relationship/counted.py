"""Where an act is counted under the words that its events gave to fields."""

from __future__ import annotations

from collections.abc import Iterator

from domain.kinds import Section
from domain.relationship.course import Course, told


def counted_by_field(section: Section, course: Course) -> Iterator[str]:
    """The places of a course in its section: one for each word of the fields that count."""
    for counted in section.counts:
        if counted.field is None:
            continue
        words = told(course, counted.field)
        for word in [words] if isinstance(words, str) else words or ():
            yield f"{section.place(counted.name)}.{word}"
