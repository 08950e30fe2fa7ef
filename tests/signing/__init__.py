"""Signing under load: checkpoints and evidence are made while many write (docs/log.md)."""
