"""`chancery webhook …`: whom the store tells of new records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.common import Differs, JsonOption, StoreOption, cell, opened, out, print_json
from api.settings import Settings
from api.webhooks.sending import Sender
from api.webhooks.signing import fresh_secret, secret_bytes
from api.webhooks.target import permitted, read_url
from domain.acts import KINDS
from events.errors import InvalidWebhook
from events.query.filters import ONLY

_Name = Annotated[str, typer.Argument(metavar="NAME", help="As it was added.")]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    hooks = typer.Typer(no_args_is_help=True, help="Webhooks: whom this store tells of records.")
    hooks.command("add")(add)
    hooks.command("list")(list_)
    hooks.command("test")(trial)
    hooks.command("enable")(enable)
    hooks.command("remove")(remove)
    app.add_typer(hooks, name="webhook")


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name for it.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Where records are posted.")],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=", ".join(KINDS))
    ] = None,
    party: Annotated[
        str | None, typer.Option("--party", metavar="CODE", help="Acts it has a part in.")
    ] = None,
    relationship: Annotated[
        str | None, typer.Option("--relationship", metavar="A-B", help="Acts both have a part in.")
    ] = None,
    act: Annotated[str | None, typer.Option("--act", metavar="ACT_ID", help="One act.")] = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="WHAT", help=", ".join(ONLY))
    ] = None,
    after: Annotated[
        int | None,
        typer.Option("--after", min=0, help="Told what comes beyond it. Default: from now on."),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            envvar="CHANCERY_WEBHOOK_SECRET",
            help="whsec_…; else one is made and shown.",
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Tell an address of the records a filter takes; shows the secret once, if it made it."""
    private = Settings().webhook_private
    try:
        permitted(read_url(url), private)
    except OSError as error:
        raise InvalidWebhook("url", "a host that has an address", str(error)) from None
    chosen = secret or fresh_secret()
    secret_bytes(chosen)
    with opened(store) as chancery:
        wanted = chancery.exports.filter(
            kind=kind, party=party, relationship=relationship, act_id=act, only=only
        )
        added = chancery.admin.webhooks().add(name, url, chosen, wanted, after)
    shown = {} if secret else {"secret": chosen}
    if json:
        print_json({**added.to_json(), **shown})
        return 0
    out().print(cell(f"{name} is told of what comes after position {added.progress.position}"))
    if shown:
        out().print(cell(f"secret, shown this once: {chosen}"))
    return 0


def list_(json: JsonOption = False, store: StoreOption = None) -> int:
    """Every webhook: what it is told, how far it is, and how it fares."""
    with opened(store) as chancery:
        head = chancery.query.head().position
        shown = [hook.to_json() for hook in chancery.admin.webhooks().all()]
    if json:
        print_json({"position": head, "webhooks": shown})
        return 0
    table = Table(title=f"webhooks (the log is at {head})", box=None)
    for column in ("name", "told", "position", "delivered", "how it fares", "url"):
        table.add_column(column)
    for hook in shown:
        filters = " ".join(str(value) for value in hook["filter"].values()) or "everything"
        counted = (cell(hook["position"]), cell(hook["delivered"]))
        table.add_row(
            cell(hook["name"]), cell(filters), *counted, cell(_faring(hook)), cell(hook["url"])
        )
    out().print(table)
    return 0


def _faring(hook: dict[str, Any]) -> str:
    if hook["disabled"]:
        return f"disabled: {hook['disabled']}; last: {hook['last']}"
    if hook["failures"]:
        since, due = hook["failing_since"][:19], hook["next_at"][:19]
        return f"failing since {since}Z, next at {due}Z: {hook['last']}"
    return hook["last"] or "nothing sent yet"


def trial(name: _Name, json: JsonOption = False, store: StoreOption = None) -> int:
    """Send one message that tells nothing; exit code 1 if it is not taken."""
    settings = Settings()
    with opened(store) as chancery:
        hook = chancery.admin.webhooks().get(name)
    with _sender(settings) as sender:
        outcome = sender.trial(hook)
    if json:
        print_json({"name": name, "taken": outcome.taken, "told": outcome.reply})
    if not outcome.taken:
        raise Differs(f"webhook {name}: expected it to be taken, got {outcome.reply}")
    if not json:
        out().print(cell(f"{name}: {outcome.reply}"))
    return 0


@contextmanager
def _sender(settings: Settings) -> Iterator[Sender]:
    base = (settings.public_url or "").rstrip("/")
    sender = Sender(settings.webhook_timeout_seconds, settings.webhook_private, base)
    try:
        yield sender
    finally:
        sender.close()


def enable(name: _Name, store: StoreOption = None) -> int:
    """Deliver again to one that was disabled, from where it was."""
    with opened(store) as chancery:
        hook = chancery.admin.webhooks().enable(name)
    out().print(cell(f"{name} is told of what comes after position {hook.progress.position}"))
    return 0


def remove(name: _Name, store: StoreOption = None) -> int:
    """Tell it nothing more, and forget its secret."""
    with opened(store) as chancery:
        chancery.admin.webhooks().remove(name)
    return 0
