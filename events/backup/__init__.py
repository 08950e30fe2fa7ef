"""Moving: all that a store holds goes into a backup, and from either into a store."""

from events.backup.file import BackupFile, Manifest, is_backup, write_backup
from events.backup.holdings import Holdings, StoreHoldings
from events.backup.revoking import KeysRevoked
from events.backup.taking import UNFINISHED, take

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
