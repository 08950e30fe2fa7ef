"""The service under load and attack; see docs/load.md."""
