"""Connections: taken, bounded in number and time, and read as HTTP/1.1."""
