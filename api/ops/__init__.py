"""Running a service: settings, server, logs, metrics, readiness, upkeep."""
