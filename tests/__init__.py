"""The tests, which mirror the three rooms."""
