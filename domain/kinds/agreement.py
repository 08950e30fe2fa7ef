"""An agreement: its text, the consent of each party, and its force.

Consent and force follow the Vienna Convention on the Law of Treaties (VCLT) of 1969.
"""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look
from domain.kinds.section import Listed, Section
from domain.kinds.shapes import PROSE
from domain.shapes import Choice, Date, Flag

FORMS = (
    "treaty",
    "convention",
    "protocol",
    "exchange_of_notes",
    "memorandum",
    "joint_declaration",
    "contract_package",
    "commitment_in_principle",
    "agreement",
    "other",
)
#: Consent to be bound by a treaty, VCLT art. 11.
CONSENTS = frozenset({"ratified", "accepted", "approved", "acceded", "succeeded"})
#: The end of a treaty for all its parties, VCLT art. 54 and 59.
ENDS = frozenset({"terminated", "expired", "superseded"})

AGREEMENT = Kind(
    name="agreement",
    life=Life.SIDES,
    events=(
        EventType("agreement.initialled", "initialled", 1),
        EventType("agreement.agreed_in_principle", "agreed_in_principle", 1),
        EventType("agreement.adopted", "adopted", 2, whole=True),
        EventType("agreement.signed", "signed", 3),
        # Consent to be bound, each by one party: VCLT art. 11 to 16. It is deposited elsewhere.
        EventType("agreement.ratified", "consented", 4, ("by",), contact=False),
        EventType("agreement.accepted", "consented", 4, ("by",), contact=False),
        EventType("agreement.approved", "consented", 4, ("by",), contact=False),
        EventType("agreement.acceded", "consented", 4, ("by",), contact=False),
        EventType("agreement.succeeded", "consented", 4, ("by",), contact=False),
        # Force: VCLT art. 24 (entry), 25 (provisional), 54 to 59 (end), 57 and 58 (suspension).
        EventType("agreement.provisionally_applied", "provisional", 5, contact=False),
        EventType("agreement.entered_into_force", "in_force", 6, contact=False),
        EventType("agreement.amended", "amended", 7, whole=True, aside=True),
        EventType("agreement.suspended", "suspended", 8),
        EventType("agreement.resumed", "in_force", 9),
        # Consent taken back while the signature stays: a party that is bound no more and has not
        # left (the Russian Federation and the Comprehensive Nuclear-Test-Ban Treaty, 2023).
        EventType(
            "agreement.consent_withdrawn",
            "consent_withdrawn",
            10,
            ("by",),
            contact=False,
            aside=True,
        ),
        EventType("agreement.withdrawn", "withdrawn", 10, ("by",)),
        EventType("agreement.terminated", "terminated", 11, whole=True),
        EventType("agreement.expired", "expired", 11, whole=True, contact=False),
        EventType("agreement.superseded", "superseded", 11, whole=True, contact=False),
        # Statements to a treaty: VCLT art. 19 to 23.
        *(
            EventType(
                f"agreement.{name}",
                "statement",
                4,
                ("by", "statement"),
                contact=False,
                aside=True,
            )
            for name in ("reservation_made", "objection_made", "declaration_made")
        ),
    ),
    fields={
        "form": Choice(FORMS),
        "deposited": Date(),
        "effective": Date(),
        "expires_on": Date(),
        "in_force_on_signature": Flag(),
        "statement": PROSE,
    },
    # Retroactive force is lawful (VCLT art. 28), and is still noticed.
    order=(
        (frozenset({"signed"}), CONSENTS - {"acceded", "succeeded"}),
        (frozenset({"signed"}), frozenset({"entered_into_force"})),
        (frozenset({"entered_into_force"}), frozenset({"suspended", *ENDS})),
        (CONSENTS, frozenset({"withdrawn"})),
    ),
    section=Section(
        "agreements",
        lists=(
            Listed("in_force", "In force between the two", glance="In force"),
            Listed("provisional", "Applied provisionally", glance="In force"),
            Listed(
                "in_effect",
                "Not in force yet; a later entry into force dates its effect back to this day",
            ),
            Listed("signed", "Signed, not in force"),
            Listed("commitments", "Commitments and contracts that await nothing"),
            Listed("unsigned", "Adopted, initialled or agreed in principle"),
            Listed("suspended", "Suspended"),
            Listed("ended", "Ended"),
        ),
        counted="counts",
    ),
    look=Look("#2c6a4c", "#8fd0ae"),
    schema_org="Legislation",
)
