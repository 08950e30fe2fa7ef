"""Moving: all that a store holds goes into a backup, and from either into a store."""

from events.moving.backup import BackupFile, Manifest, is_backup, write_backup
from events.moving.holdings import Holdings, StoreHoldings
from events.moving.revoking import KeysRevoked
from events.moving.taking import UNFINISHED, take

__all__ = [
    "UNFINISHED",
    "BackupFile",
    "Holdings",
    "KeysRevoked",
    "Manifest",
    "StoreHoldings",
    "is_backup",
    "take",
    "write_backup",
]
