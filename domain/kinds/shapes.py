"""The shapes that fields of several kinds are made of."""

from __future__ import annotations

from domain.shapes import Many, Text

ACT_ID_PATTERN = r"[a-z0-9][a-z0-9._~:-]{0,127}"
PARTY_PATTERN = r"[A-Z][A-Z0-9]{1,15}"

SHORT = Text(200)
LINE = Text(2_000)
PROSE = Text(20_000)
PARTY = Text(16, PARTY_PATTERN, "a party's code such as KAZ or EAEU")
ACT_ID = Text(128, ACT_ID_PATTERN, "an act_id such as hsg-visits:2138")
PARTIES = Many(PARTY, most=500, distinct=True)

#: Offices in which people meet for their countries, the highest first.
LEVELS = (
    "head_of_state",
    "head_of_government",
    "foreign_minister",
    "minister",
    "senior_official",
    "technical",
    "subnational",
)
