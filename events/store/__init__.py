"""Stores: what one must do, and those that do it, in SQLite and in PostgreSQL."""
