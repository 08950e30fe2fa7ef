"""Records a visit and reads the state after it, with the client that a generator made.

    python record_and_read.py BASE_URL

Run where the generated package `chancery_client` can be imported.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from chancery_client import Client
from chancery_client.api.acts import record_act
from chancery_client.api.relationships import show_state
from chancery_client.models import (
    EventParty,
    EventPartyRole,
    HeldVisit,
    Receipt,
    RecordActBody,
    State,
    VisitEvent,
    VisitEventType,
)

client = Client(base_url=sys.argv[1])
visit = VisitEvent(
    type_=VisitEventType.VISIT_HELD,
    date="1874-12-12/1874-12-23",
    title="Visit of King Kalakaua",
    parties=[
        EventParty(party="HAWAII", role=EventPartyRole.VISITOR),
        EventParty(party="USA", role=EventPartyRole.HOST),
    ],
)
receipt = record_act.sync(
    client=client, body=RecordActBody(act_id="clients:python", events=[visit])
)
assert isinstance(receipt, Receipt), receipt
state = show_state.sync("HAWAII", "USA", client=client, as_of=date(1875, 1, 1))
assert isinstance(state, State), state
held = state.visits.last_held["HAWAII"]
assert isinstance(held, HeldVisit), held
sys.stdout.write(
    json.dumps(
        {
            "version": receipt.version,
            "title": held.title,
            "acts": state.contact.acts.to_dict(),
            "as_of": state.basis.as_of.isoformat(),
        }
    )
)
