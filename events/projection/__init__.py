"""The index derived from the log: its rows, and how one more record changes them."""
