"""The colours of kinds, as a style sheet made from their registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from domain.kinds import KINDS


@cache
def style_sheet_of_kinds() -> bytes:
    """A variable `--kind-NAME` for each kind that is drawn, and the colours of the legend."""
    looks = {name: kind.look for name, kind in KINDS.items() if kind.look is not None}
    light = _variables({name: look.light for name, look in looks.items()})
    dark = _variables({name: look.dark for name, look in looks.items()})
    return "\n".join(
        (
            f":root {{ {light} }}",
            "@media (prefers-color-scheme: dark) {",
            f'  :root:not([data-theme="light"]) {{ {dark} }}',
            "}",
            f':root[data-theme="dark"] {{ {dark} }}',
            *_legend(looks),
            "",
        )
    ).encode()


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--kind-{name}: {colour};" for name, colour in colours.items())


def _legend(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield f".legend .{name}::before {{ background: var(--kind-{name}); }}"
