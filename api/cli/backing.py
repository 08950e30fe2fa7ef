"""Backing up and moving: `chancery backup`, `chancery restore` and `chancery copy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import (
    Differs,
    JsonOption,
    StoreOption,
    cell,
    opened,
    out,
    print_json,
    progress_bar,
    states_asked,
)
from api.ops.backing import back_up, other_states
from api.settings import Settings
from api.signing.heads import heads_beside
from api.signing.key_files import read_log_keys
from events.access_keys import AccessKey, keys_among
from events.address import without_password
from events.application import Chancery
from events.backup import BackupFile, Holdings, KeysRevoked
from events.errors import LogBehind, StoreUnavailable
from events.webhooks import Webhook

_SQLITE = "sqlite:///"
StatesOption = Annotated[
    str,
    typer.Option(
        "--states",
        metavar="N|all",
        help="Of how many relationships, drawn by lot, both states are compared.",
    ),
]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("copy")(copy)


def backup(
    place: Annotated[
        Path, typer.Argument(metavar="PLACE", help="A file, or a folder to name it in.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file, where there is one.")
    ] = False,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Write all there is into one file, while others write on; it fits into any kind of store."""
    url = store or Settings().store
    _refuse_absent(url)
    with opened(url, as_it_lies=True) as chancery, _progress() as progress:
        if chancery.admin.unfinished():
            raise StoreUnavailable(url, "it holds a part of another: restore or copy was not done")
        path, made = back_up(chancery, place, force, progress)
    if json:
        shown = {"file": str(path), "records": made.size, "root": made.root.hex()}
        print_json({**shown, "made_at": made.made_at, "bytes": path.stat().st_size})
    else:
        out().print(cell(f"{path}: {made.size} records, root {made.root.hex()}"))
    return 0


def restore(
    file: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file of chancery backup.")],
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint kept elsewhere, which the restored log must reach.",
            show_default=False,
        ),
    ] = None,
    keep_keys: Annotated[
        bool,
        typer.Option("--keep-keys", help="Let in who could come in when the backup was made."),
    ] = False,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Put a backup into a store without records; exit code 1 where a checkpoint is not reached.

    Its access keys are revoked, for it does not know which were revoked since; the restored
    webhooks are named, for some may have been removed since.
    """
    holdings = BackupFile(file)
    notes = tuple((f"checkpoint {path.name}", path.read_bytes()) for path in checkpoint or ())
    with opened(store, as_it_lies=True) as chancery, _progress() as progress:
        there = chancery.query.head().position
        if there and not chancery.admin.unfinished():
            raise ValueError(f"--store: expected a store without records, got one of {there}")
        holdings.check(progress)
        now = chancery.admin.access_keys().now()
        keys = [key for key in keys_among(holdings.remarks()) if key.standing(now) == "good"]
        count = _take(chancery, holdings if keep_keys else KeysRevoked(holdings, now), progress)
        hooks = [hook for hook in chancery.admin.webhooks().all() if hook.progress.disabled is None]
        behind = [f"{finding}" for finding in chancery.admin.reaches(notes)] + _behind_signed(
            chancery
        )
    root = holdings.manifest.root.hex()
    if json:
        shown = {"records": count, "root": root, "differences": behind}
        became = "good" if keep_keys else "revoked"
        told_of = [{"key_id": key.key_id, "name": key.name, "standing": became} for key in keys]
        print_json({**shown, "keys": told_of, "webhooks": [hook.name for hook in hooks]})
    else:
        made_at = holdings.manifest.made_at
        out().print(cell(f"{count} records restored, as of {made_at}, root {root}"))
        _print_let_in(keys, hooks, made_at, keep_keys)
    if behind:
        raise Differs(f"restored, but not all that was signed: {behind[0]}")
    return 0


def copy(
    source: Annotated[str, typer.Option("--from", metavar="URL", help="The store that is copied.")],
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help="A store without records, or a copy of it.")
    ],
    states: StatesOption = "20",
    json: JsonOption = False,
) -> int:
    """Copy what one store has and another has not; run again, it goes on where it was."""
    if source == target:
        raise ValueError("--to: expected another store than --from, got the same")
    number = states_asked(states)
    _refuse_absent(source)
    with (
        opened(source) as given,
        opened(target, as_it_lies=True) as taking,
        _progress() as progress,
    ):
        count = _copy(given, taking, progress)
        compared, other = other_states(given, taking, count, number)
        with taking.admin.holdings() as holdings:
            root = holdings.root(count).hex()
    if other:
        raise Differs(f"the state of {other[0]} differs (and {len(other) - 1} more)")
    if json:
        print_json({"records": count, "root": root, "states": compared})
    else:
        place = without_password(target)
        told_of = f"{count} records in {place}, root {root}, {compared} states compared"
        out().print(cell(told_of))
    return 0


def _copy(given: Chancery, taking: Chancery, progress: Callable[[int, int], None]) -> int:
    """Copy until nothing new has come meanwhile; gives how many records there are."""
    count = -1
    while count < given.query.head().position:
        with given.admin.holdings() as holdings:
            count = _take(taking, holdings, progress)
    return count


def _take(chancery: Chancery, holdings: Holdings, progress: Callable[[int, int], None]) -> int:
    count = chancery.admin.take(holdings, progress)
    if chancery.admin.needs_rebuild():
        chancery.admin.rebuild(progress=progress)
    return count


def _print_let_in(
    keys: Sequence[AccessKey], hooks: Sequence[Webhook], made_at: str, keep_keys: bool
) -> None:
    """Say who could come in and who is told of records, by a backup that knows of nothing since."""
    for key in keys:
        line = f"key {key.key_id} {key.name} ({', '.join(key.scopes)})"
        became = f"is good, also if it was revoked after {made_at}" if keep_keys else "is revoked"
        out().print(cell(f"{line} {became}"))
    if keys and not keep_keys:
        out().print(
            cell("make new keys with chancery key create; --keep-keys would have kept them")
        )
    for hook in hooks:
        line = (
            f"webhook {hook.name} is told again what came after position {hook.progress.position}"
        )
        out().print(cell(f"{line}, at {hook.url}, also if it was removed after {made_at}"))


def _behind_signed(chancery: Chancery) -> list[str]:
    """What the log's keys have signed and the store does not hold, where they are set."""
    settings = Settings()
    keys, heads = (
        read_log_keys(settings.log_key),
        heads_beside(settings.log_key, settings.log_heads),
    )
    try:
        chancery.admin.notary(keys, heads).check()
    except LogBehind as error:
        return [f"{error}"]
    return []


def _refuse_absent(url: str) -> None:
    """Refuse a SQLite file that is not there, which would else be made."""
    path = url.removeprefix(_SQLITE)
    if path not in (url, ":memory:") and not Path(path).is_file():
        raise ValueError(f"{url}: expected a store, got no such file")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    with progress_bar("records") as progress:
        (task,) = progress.task_ids

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of, description=f"{done} of {of} records")

        yield told
