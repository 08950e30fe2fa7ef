"""The store in one SQLite file, or in memory, on the eventsourcing library's recorder."""
