"""Rebuilding: the index is derived anew from the log while the one in force answers."""
