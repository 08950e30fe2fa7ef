"""Clients that generators make of the OpenAPI document, each used against a running service."""
