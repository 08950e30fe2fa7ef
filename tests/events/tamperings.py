"""The tamper table: what is done to a store file, and where and as what verification names it."""

from __future__ import annotations

from events.log.record import erased_state
from tests.events.alterations import (
    before_all,
    inserted,
    noted,
    renumbered,
    rewritten,
    salted,
    swapped,
    unerased,
    unsigned,
)
from tests.events.tampering import (
    Alter,
    bent,
    body,
    gone,
    header,
    restated,
    sql,
    words,
)

LEAVES = "level = 0"
OTHER_LEAF = "hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)"
ONE_MORE = "hashes = CAST(hashes || zeroblob(32) AS BLOB)"
RECORD = "content of the record"
#: What is done, how it is done, and where and as what it is found.
TAMPERINGS: list[tuple[str, Alter, int, str]] = [
    # The bytes of records
    ("a word of a body", words(1, b"A visit", b"A raid!"), 1, "digest of salt and body"),
    ("a date in a correction", words(4, b"1990-06", b"1990-07"), 4, "digest of salt and body"),
    ("the reason of a retraction", words(5, b"another", b"a forged"), 5, "digest of salt and body"),
    ("a salt", restated(2, salted), 2, "digest of salt and body"),
    ("a body with its digest", body(1, title="A raid"), 1, "hash 0 of tile 0/0"),
    ("a digest", header(2, digest="sha256:" + "0" * 64), 2, "digest of salt and body"),
    ("an instant put back", header(9, recorded_at="2001-01-01T00:00:00.000000Z"), 9, "recorded_at"),
    ("an instant put on", header(9, recorded_at="2199-01-01T00:00:00.000000Z"), 10, "recorded_at"),
    ("a back-dated first record", header(1, recorded_at="2001-01-01T00:00:00.000000Z"), 1, "tile"),
    ("another actor", header(3, recorded_by="nobody"), 3, "hash 2 of tile 0/0"),
    ("another schema", header(3, schema=9), 3, "schema of agreement.ratified"),
    ("a version in a header", header(3, version=3), 3, "version in the header"),
    ("a position in a header", header(3, position=33), 3, "position in the header"),
    ("an act in a header", header(3, stream="a"), 3, "act in the header"),
    ("a type in a header", header(3, type="agreement.accepted"), 3, "type in the header"),
    ("a header with more in it", header(3, more="x"), 3, "header"),
    ("a blank in a header", words(3, b'{"digest"', b'{ "digest"'), 3, "header"),
    ("bytes that are no record", restated(2, lambda _: b"gone"), 2, "stored bytes"),
    ("bytes that are none", restated(11, lambda _: "text"), 11, "stored bytes"),
    ("a record cut short", restated(2, lambda state: state[:-1]), 2, "stored bytes"),
    # Places in the log
    ("a record deleted", gone("stored_events", "rowid = 3"), 4, "position"),
    ("the last deleted", gone("stored_events", "rowid = 11"), 11, "tile 0/0"),
    ("a record inserted", inserted, 12, "hash 11 of tile 0/0"),
    (
        "a record far off",
        bent("stored_events", "rowid = 1e15", "rowid = 11"),
        10**15,
        "po",
    ),
    ("a record below all", before_all, -5, "position"),
    ("two records swapped", swapped, 9, "position in the header"),
    ("two swapped and renumbered", renumbered, 9, "hash 8 of tile 0/0"),
    (
        "an act renamed",
        bent("stored_events", "originator_id = 'x'", "rowid = 1"),
        1,
        "act",
    ),
    ("a type's column", bent("stored_events", "topic = 'x'", "rowid = 1"), 1, "type"),
    (
        "a version's column",
        bent("stored_events", "originator_version = 7", "rowid = 3"),
        3,
        "version",
    ),
    # Erasures
    ("content torn out", restated(9, erased_state), 9, RECORD),
    ("a correction torn out", restated(4, erased_state), 4, RECORD),
    ("erased content back", unerased, 6, RECORD),
    ("an erasure of another record", body(8, records=[{"position": 7, "parties": []}]), 6, RECORD),
    ("a retraction of nothing", body(5, version=9), 5, "version it speaks about"),
    ("a retraction of a correction", body(5, version=5), 5, "version it speaks about"),
    # The tree
    ("a leaf", bent("tile", OTHER_LEAF, LEAVES), 1, "hash 0 of tile 0/0"),
    ("a tile cut short", bent("tile", "hashes = substr(hashes, 1, 320)", LEAVES), 11, "hash 10 of"),
    ("a leaf to come", bent("tile", ONE_MORE, LEAVES), 12, "hash 11 of tile 0/0"),
    ("a tile that is text", bent("tile", "hashes = 'leaves'", LEAVES), 1, "hash 0 of tile 0/0"),
    ("a tile gone", sql("DELETE FROM tile"), 1, "hash 0 of tile 0/0"),
    (
        "a tile too many",
        sql("INSERT INTO tile VALUES (1, 0, zeroblob(32))"),
        1,
        "hash 0 of tile 1/0",
    ),
    # Checkpoints
    ("a checkpoint's root", noted((b"\n8\n", b"\n7\n")), 0, "kept checkpoint 8, signature"),
    ("a checkpoint's signature", noted((b"\xe2\x80\x94 ", b"\xe2\x80\x94 x")), 0, "signature of"),
    ("a checkpoint of no form", noted((b"\n\n", b"\n")), 0, "kept checkpoint 8"),
    ("a checkpoint nobody signed", unsigned, 0, "signature of kept checkpoint 11"),
    (
        "a checkpoint's size",
        bent("checkpoint", "size = 7", "size = 8"),
        0,
        "size of kept",
    ),
    ("a rewritten log, made to fit", rewritten, 0, "root of kept checkpoint 11"),
    # The index
    ("a change hidden", gone("change_known", "act_id = 'a'"), 1, "ChangeRow"),
    ("a change bent", bent("change_known", "day = 1", "act_id = 'b'"), 2, "ChangeRow"),
    (
        "a change's effect",
        bent("change_known", "effect = '{}'", "act_id = 'b'"),
        2,
        "Change",
    ),
    ("an effect of no form", sql("UPDATE change_known SET effect = '{'"), 1, "index rows"),
    (
        "a change's count",
        bent("change_known", "acts = 2", "act_id = 'a'"),
        1,
        "ChangeRow",
    ),
    ("a contact", bent("change_known", "contact = '1'", "act_id = 'a'"), 1, "ChangeRow"),
    ("an agreement of many", bent("change_known", "shared = 2", "act_id = 'a'"), 1, "ChangeRow"),
    (
        "a change doubled",
        sql(
            "INSERT INTO change_known SELECT NULL, act_id, relationship, day, until, position, "
            "effect, acts, shared, contact, shape, known_from, known_to FROM change_known "
            "WHERE act_id = 'd:1992'"
        ),
        9,
        "ChangeRow",
    ),
    (
        "a change for a position to come",
        sql(
            "INSERT INTO change_known SELECT NULL, act_id, relationship, day, until, position, "
            "effect, acts, shared, contact, shape, 12, known_to FROM change_known "
            "WHERE act_id = 'd:1992'"
        ),
        12,
        "ChangeRow",
    ),
    (
        "a version hidden",
        gone("version_known", "act_id = 'd:1993'"),
        10,
        "VersionRow",
    ),
    (
        "a version's day",
        bent("version_known", "latest = 0", "act_id = 'c'"),
        6,
        "VersionRow",
    ),
    (
        "later knowledge",
        bent("version_known", "known_from = 3", "known_from = 4"),
        3,
        "Ve",
    ),
    (
        "an end of knowledge",
        bent("version_known", "known_to = 9", "known_to = 4"),
        1,
        "Ve",
    ),
    ("a party hidden", gone("party_known", "act_id = 'b'"), 2, "PartyRow"),
    (
        "a party added",
        sql("INSERT INTO party_known VALUES ('b', 'USA', 2, 0, 2, 9)"),
        2,
        "PartyRow",
    ),
    ("a party's acts", bent("party_known", "many = 1", "act_id = 'b'"), 2, "PartyRow"),
    ("an act hidden", gone("act_known", "act_id = 'b'"), 2, "ActRow"),
    (
        "an act's title",
        bent("act_known", "title = 'A raid'", "act_id = 'a'"),
        1,
        "ActRow",
    ),
    ("what a search finds", bent("act_known", "text = ''", "act_id = 'a'"), 1, "ActRow"),
    (
        "an act nobody told",
        bent("act_known", "act_id = 'x'", "act_id = 'b'"),
        2,
        "ActRow",
    ),
    (
        "rows of an act nobody told",
        bent("change_known", "act_id = 'x'", "act_id = 'd:1994'"),
        0,
        "index rows of an act",
    ),
    (
        "a relationship hidden",
        gone("relationship", "name = 'DEU-FRA'"),
        0,
        "relationship DEU-FRA of the index",
    ),
    (
        "a relationship added",
        sql("INSERT INTO relationship VALUES ('CHN-USA', 'CHN', 'USA', 0)"),
        0,
        "relationship CHN-USA of the index",
    ),
    (
        "a relationship's party",
        bent("relationship", "a = 'USA'", "name = 'DEU-FRA'"),
        0,
        "relationship DEU-FRA of the index",
    ),
    # The runs laid of it
    (
        "a change's signature",
        bent("change_known", "shape = (SELECT max(number) FROM shape)", "act_id = 'a'"),
        1,
        "ChangeRow",
    ),
    ("a signature's places", bent("shape", "told = '[{},{},[],[]]'", "number = 1"), 1, "ChangeRow"),
    ("a signature of no form", sql("INSERT INTO shape VALUES (99, 'x', 0)"), 0, "signature 99"),
    ("a signature's lists", bent("shape", "lists = 3", "number = 1"), 0, "lists of signature 1"),
    ("a run hidden", gone("stratum", "number = 2"), 0, "ends of the runs of DEU-FRA"),
    ("where a run ends", bent("stratum", "last = last + 50", "number = 2"), 0, "ends of the"),
    ("a segment hidden", gone("segment", "number = 3"), 0, "run 3 of DEU-FRA"),
    (
        "a segment added",
        sql("INSERT INTO segment VALUES ('DEU-FRA', 99, 1, 0, x'', x'', x'', x'5b5d0a')"),
        0,
        "run 99 of DEU-FRA",
    ),
    ("a segment's day", bent("segment", "day = day + 1", "number = 3"), 0, "segment 3/"),
    ("what a segment sums", bent("segment", "net = x''", "number = 3"), 0, "segment 3/"),
    (
        "the acts a segment counts",
        bent("segment", "rested = x'070000000000'", "number = 3"),
        0,
        "segment 3/",
    ),
    (
        "what a segment holds",
        bent("segment", "held = x'5b5b5d2c5b5d2c5b5d5d0a'", "number = 3"),
        0,
        "segment 3/",
    ),
    ("a segment's entries", bent("segment", "entries = x''", "number = 1"), 0, "segment 1/"),
    (
        "entries of no form",
        bent("segment", "entries = x'5b'", "number = 1"),
        0,
        "runs of DEU-FRA",
    ),
    (
        "deltas in no run",
        bent("relationship", "unsealed = 7", "name = 'DEU-FRA'"),
        0,
        "deltas in no",
    ),
    # Beside them
    ("an edition", bent("meta", "value = 'x'", "name = 'edition'"), 0, "edition of the"),
    ("a remembered answer", sql("UPDATE remembered SET answer = '{}'"), 1, "remembered answer 'k'"),
    ("an answer's place", sql("UPDATE remembered SET position = 2"), 2, "remembered answer 'k'"),
]
