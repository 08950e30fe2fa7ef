"""The store in a PostgreSQL database, on the eventsourcing library's recorder."""
