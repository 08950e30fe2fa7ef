"""What pages load: style sheets as they are, and the scripts that set-up built.

A page is whole without its scripts. Where none were built it names none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import known_parameters
from api.problems import Refused
from api.web.colours import style_sheet_of_kinds

_STYLES = "text/css; charset=utf-8"
_SCRIPTS = "text/javascript; charset=utf-8"
#: A built file's name holds the hash of its content: it can be kept for ever.
_FOR_EVER = "public, max-age=31536000, immutable"
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
router = APIRouter(include_in_schema=False, dependencies=[Depends(known_parameters)])


@dataclass(frozen=True, slots=True)
class Script:
    """A page's script as it is served."""

    url: str
    needs: tuple[str, ...]
    """URLs of what it imports, so that a browser fetches them at once."""


def scripts() -> Mapping[str, Script]:
    """The scripts that were built, by the name of their source; none where none were."""
    path = Path(str(files("api.web").joinpath("static", "built", "scripts.json")))
    try:
        return _scripts(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _scripts(path: Path, changed_at: int) -> Mapping[str, Script]:
    """What a build tells of itself, read again when another is made while this process serves."""
    found: dict[str, dict[str, Any]] = orjson.loads(path.read_bytes())
    return {
        name: Script(_url(one["file"]), tuple(_url(file) for file in one["needs"]))
        for name, one in found.items()
    }


def _url(file: str) -> str:
    return f"/static/built/{file}"


@router.get("/static/icon.svg")
def icon(request: Request) -> Response:
    """What a browser shows beside the page's name."""
    return _tagged(request, _file("icon.svg"), "image/svg+xml")


@router.get("/static/kinds.css")
def kinds_style_sheet(request: Request) -> Response:
    """The colours of the kinds of acts."""
    return _tagged(request, style_sheet_of_kinds(), _STYLES)


@router.get("/static/{name}.css")
def style_sheet(request: Request, name: str) -> Response:
    """A style sheet."""
    return _tagged(request, _file(f"{name}.css"), _STYLES)


def _tagged(request: Request, body: bytes, media_type: str) -> Response:
    """A file that a browser asks for again each time, and gets when it has changed."""
    etag = f'"{sha256(body).hexdigest()}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("/static/built/{name}")
def built_file(request: Request, name: str) -> Response:
    """A built script, packed as the browser takes it."""
    if not name.endswith((".js", ".LEGAL.txt")):
        raise Refused("not-found", "There is nothing at this path.")
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    taken = {part.partition(";")[0].strip() for part in _codings(request)}
    for coding, ending in _CODINGS:
        if coding in taken and name.endswith(".js"):
            body = _file("built", name + ending)
            return Response(
                body, media_type=_SCRIPTS, headers={**headers, "Content-Encoding": coding}
            )
    media_type = _SCRIPTS if name.endswith(".js") else "text/plain; charset=utf-8"
    return Response(_file("built", name), media_type=media_type, headers=headers)


def _codings(request: Request) -> list[str]:
    return [
        part
        for part in request.headers.get("accept-encoding", "").lower().split(",")
        if part.replace(" ", "").partition(";q=")[2] not in ("0", "0.0", "0.00", "0.000")
    ]


def _file(*steps: str) -> bytes:
    """A file under static/; a name that is none there, or leads out of it, is not found."""
    folder = files("api.web").joinpath("static")
    found = folder.joinpath(*steps)
    if any(mark in step for step in steps for mark in ("/", "\\", "..")) or not found.is_file():
        raise Refused("not-found", "There is nothing at this path.")
    return found.read_bytes()
