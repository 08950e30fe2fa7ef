"""django-simple-history on SQLite: a model of touched relationships, and `history.as_of`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import django
from django.conf import settings

from bench.history import Entry
from bench.peers.peer import CannotDo, Peer
from bench.reduced import Line, reduced

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIELDS = ("relationship", "act_id", "version", "kind", "role", "begins", "window", "direct")


def _instant(position: int) -> datetime:
    """When a record was recorded: the library knows instants, not positions."""
    return _EPOCH + timedelta(seconds=position)


class SimpleHistory(Peer):
    """Rows as they are now, and beside each its history."""

    title = "django-simple-history"
    how: ClassVar[dict[str, str]] = {
        "index": "relationship, in the table and in its history; object and date of history",
        "bulk": "`bulk_create_with_history`, `bulk_update_with_history`",
        "durable": "SQLite, WAL, synchronous FULL",
    }
    batch = 2_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings.configure(
            USE_TZ=True,
            INSTALLED_APPS=[
                "django.contrib.auth",
                "django.contrib.contenttypes",
                "simple_history",
                "bench",
            ],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": str(folder / "django.db"),
                    "OPTIONS": {
                        "transaction_mode": "IMMEDIATE",
                        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                    },
                }
            },
        )
        django.setup()
        self._event, self._touch = _models()
        from django.core.management import call_command
        from django.db import connection, transaction

        self._atomic = transaction.atomic
        # History has a key to the user who made it, so the users' table must be there.
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            for model in (self._event, self._touch):
                editor.create_model(model)
                editor.create_model(model.history.model)

    def load(self, entries: Sequence[Entry]) -> None:
        from simple_history.utils import bulk_create_with_history, bulk_update_with_history

        with self._atomic():
            for model, make in ((self._event, self._events), (self._touch, self._touches)):
                new = [row for one in entries if one.op == "event" for row in make(one)]
                bulk_create_with_history(new, model, batch_size=500)
                changed = [row for one in entries if one.op == "correction" for row in make(one)]
                fields = [f.name for f in model._meta.fields if not f.primary_key]  # noqa: SLF001
                bulk_update_with_history(changed, model, fields, batch_size=100)

    def loaded(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            # SQLite chooses among the indexes of the history by its statistics.
            cursor.execute("ANALYZE")

    def append(self, entry: Entry) -> None:
        with self._atomic():
            for row in (*self._events(entry), *self._touches(entry)):
                if entry.op == "retraction":
                    row.delete()
                else:
                    row.save(force_insert=entry.op == "event")

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        if position is None:
            rows = self._touch.objects.all()
        else:
            rows = self._touch.history.as_of(_instant(position))
        found = rows.filter(relationship=relationship, begins__lte=as_of)
        lines = found.values_list(*_FIELDS[1:], "date", "position")
        return reduced((Line(*line) for line in lines.iterator(2_000)), as_of)

    def rebuild(self) -> None:
        raise CannotDo("rows and history are written side by side; neither derives the other")

    def close(self) -> None:
        from django.db import connection

        connection.close()

    def _events(self, entry: Entry) -> list[Any]:
        row = self._event(id=f"{entry.act_id}/{entry.version}", body=entry.body)
        row._history_date = _instant(entry.position)  # noqa: SLF001 - its documented name
        return [row]

    def _touches(self, entry: Entry) -> list[Any]:
        rows = []
        for pair in entry.pairs:
            row = self._touch(
                id=f"{entry.act_id}/{entry.version}/{pair}",
                relationship=pair,
                act_id=entry.act_id,
                version=entry.version,
                kind=entry.kind,
                role=entry.role,
                begins=entry.begins,
                window=entry.window,
                direct=entry.direct,
                date=entry.date,
                position=entry.position,
            )
            row._history_date = _instant(entry.position)  # noqa: SLF001 - its documented name
            rows.append(row)
        return rows


def _models() -> tuple[Any, Any]:
    """The models; they can be made only once the framework is set up."""
    from django.db import models
    from simple_history.models import HistoricalRecords

    class DiplomaticEvent(models.Model):
        id = models.CharField(primary_key=True, max_length=80)
        body = models.JSONField(null=True)
        history = HistoricalRecords()

        class Meta:
            app_label = "bench"

    class Touch(models.Model):
        id = models.CharField(primary_key=True, max_length=100)
        relationship = models.CharField(max_length=40, db_index=True)
        act_id = models.CharField(max_length=40)
        version = models.IntegerField()
        kind = models.CharField(max_length=20)
        role = models.CharField(max_length=10)
        begins = models.IntegerField()
        window = models.IntegerField(null=True)
        direct = models.BooleanField()
        date = models.CharField(max_length=40)
        position = models.BigIntegerField()
        history = HistoricalRecords()

        class Meta:
            app_label = "bench"

    return DiplomaticEvent, Touch
