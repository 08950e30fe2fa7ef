"""`chancery key …`: who may come in by HTTP."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.common import JsonOption, StoreOption, cell, opened, out, print_json
from api.settings import Settings
from events.access_keys import SCOPES
from events.errors import InvalidAccessKey
from events.query.basis import instants

_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


def install(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(no_args_is_help=True, help="Access keys: who may come in by HTTP.")
    keys.command("create")(create)
    keys.command("list")(list_)
    keys.command("revoke")(revoke)
    app.add_typer(keys, name="key")


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom it names as `recorded_by`.")],
    scope: Annotated[
        list[str], typer.Option("--scope", metavar="SCOPE", help=", ".join(SCOPES) + "; repeat it.")
    ],
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="WHEN", help="An instant, a day (its end, UTC), or 90d from now."
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Make a key and show it this once; what is kept of it cannot be turned into it."""
    if name == Settings().actor:
        expected = "another name than CHANCERY_ACTOR's, by which nobody was asked"
        raise InvalidAccessKey("name", expected, repr(name))
    with opened(store) as chancery:
        keys = chancery.admin.access_keys()
        kept, key = keys.create(name, scope, _instant(expires, keys.now()))
        shown = kept.to_json(keys.now())
    if json:
        print_json({**shown, "key": key})
        return 0
    out().print(cell(f"{kept.key_id} {name} may {', '.join(kept.scopes)}, {_until(shown)}"))
    out().print(cell(f"key, shown this once: {key}"))
    return 0


def list_(json: JsonOption = False, store: StoreOption = None) -> int:
    """Every key there ever was: whose it is, what it may, and whether it is good."""
    with opened(store) as chancery:
        keys = chancery.admin.access_keys()
        shown = [key.to_json(keys.now()) for key in keys.all()]
    if json:
        print_json({"keys": shown})
        return 0
    table = Table(title="access keys", box=None)
    for column in ("id", "name", "scopes", "standing", "created", "until"):
        table.add_column(column)
    for key in shown:
        table.add_row(
            cell(key["key_id"]),
            cell(key["name"]),
            cell(", ".join(key["scopes"])),
            cell(key["standing"]),
            cell(key["created_at"][:10]),
            cell(_until(key)),
        )
    out().print(table)
    return 0


def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, or a name: all keys of it.")],
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Let a key in no more: services that run know it within a second."""
    with opened(store) as chancery:
        keys = chancery.admin.access_keys()
        shown = [one.to_json(keys.now()) for one in keys.revoke(key)]
    if json:
        print_json({"revoked": shown})
        return 0
    for one in shown:
        out().print(cell(f"{one['key_id']} {one['name']} is revoked"))
    if not shown:
        out().print(cell(f"{key}: nothing more to revoke"))
    return 0


def _instant(text: str | None, now: int) -> int | None:
    """When a key ends: an instant, the end of a day, or so many days from now."""
    if text is None:
        return None
    days = _DAYS.fullmatch(text)
    return now + int(days[1]) * 86_400_000_000 if days else instants(text, "expires")[1]


def _until(key: dict[str, Any]) -> str:
    if key["revoked_at"]:
        return f"revoked {key['revoked_at'][:19]}Z"
    return f"until {key['expires_at'][:19]}Z" if key["expires_at"] else "without end"
