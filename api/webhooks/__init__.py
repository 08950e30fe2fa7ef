"""Webhooks: new records told to addresses, signed, in order, until they were taken."""
