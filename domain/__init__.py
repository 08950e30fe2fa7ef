"""The language of diplomacy: dates, parties, acts and relationships, with no clock and no I/O."""
