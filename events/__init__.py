"""The record: everything about keeping events and replaying them."""
