"""Which party of a chain of succession stood on a day."""

from collections.abc import Iterable, Mapping

from domain.parties.party import Party


def party_of_the_day(
    parties: Mapping[str, Party], meant: Iterable[Party], window: tuple[int, int]
) -> set[Party]:
    """The parties of the chain that lived in the window: more than one is for the caller to refuse.

    Those meant come first, then their continuations either way, since a continued state is one
    state under two codes, and only then whoever came before. A line is followed no further back
    than its first living member.
    """
    earliest, latest = window
    reached = set(meant)
    living = {party for party in reached if party.existed(earliest, latest)}
    if living:
        return living
    line = _spread(parties, reached, ("continuation",), window)
    living = {party for party in line if party.existed(earliest, latest)}
    if living:
        return living
    line = _spread(parties, reached, ("continuation", "predecessor"), window)
    return {party for party in line if party.existed(earliest, latest)}


def standing_for(parties: Mapping[str, Party], party: Party, day: int) -> set[Party]:
    """Who stood in a party's place on a day: itself while it lived, else whoever continues it.

    Failing that, its successors on a day after its end, its predecessors on one before it began.
    """
    window = day, day
    if party.existed(day, day):
        return {party}
    edge = "successor" if party.valid_to <= day else "predecessor"
    for edges in (("continuation",), ("continuation", edge)):
        line = _spread(parties, {party}, edges, window)
        living = {other for other in line if other.existed(day, day)}
        if living:
            return living
    return set()


def _spread(
    parties: Mapping[str, Party],
    start: Iterable[Party],
    edges: tuple[str, ...],
    window: tuple[int, int],
) -> set[Party]:
    earliest, latest = window
    line = set(start)
    waiting = list(line)
    while waiting:
        party = waiting.pop()
        if party.existed(earliest, latest):
            continue
        for tie in party.succession:
            other = parties[tie.party]
            if tie.kind in edges and other not in line:
                line.add(other)
                waiting.append(other)
    return line
