"""The reference page: the OpenAPI document set as text, each operation with a command to try it.

The framework's own page loads its script from another host; this one loads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import quote as escaped
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import gives, known_parameters
from api.web.rendering import page

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Json, ...]
    """As the document has them, each with its first example under `example`."""
    body: str | None
    """An example of the body, as text; None where the operation takes none."""
    answers: tuple[tuple[str, str], ...]
    """Status and what it means, in order of status."""
    command: str
    """A command that asks it."""

    @property
    def anchor(self) -> str:
        """The operation's place on the page."""
        return f"{self.method}-{self.path}".lower().translate(str.maketrans("/{}.", "----"))


@router.get("/docs")
def reference_page(request: Request) -> Response:
    """Every operation of the interface, by what it is about."""
    document = request.app.openapi()
    base = str(request.base_url).rstrip("/")
    groups: dict[str, list[Operation]] = {}
    for tag, operation in operations(document, base):
        groups.setdefault(tag, []).append(operation)
    return page("reference.html", groups=groups, info=document["info"])


def operations(document: Json, base: str) -> Iterator[tuple[str, Operation]]:
    """Every operation of an OpenAPI document with its first tag, in the document's order."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = tuple(
                {**parameter, "example": _example(parameter)}
                for parameter in operation.get("parameters", ())
            )
            content = operation.get("requestBody", {}).get("content", {})
            kind = next(iter(content), None)
            body = None if kind is None else _text(_example(content[kind]))
            answers = sorted(
                (status, answer["description"]) for status, answer in operation["responses"].items()
            )
            yield (
                (operation.get("tags") or ["other"])[0],
                Operation(
                    method.upper(),
                    path,
                    operation.get("summary", ""),
                    operation.get("description", ""),
                    parameters,
                    body,
                    tuple(answers),
                    _command(base, method, path, parameters, kind, body),
                ),
            )


def _example(holder: Json) -> Any:
    """The first example of a parameter or a body, or None."""
    for example in holder.get("examples", {}).values():
        return example.get("value")
    return holder.get("example")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _command(
    base: str,
    method: str,
    path: str,
    parameters: tuple[Json, ...],
    kind: str | None,
    body: str | None,
) -> str:
    asked: dict[str, str] = {}
    for parameter in parameters:
        value = parameter["example"]
        if value is None:
            continue
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", escaped(str(value), safe=":~"))
        elif parameter["in"] == "query" and parameter.get("required"):
            asked[parameter["name"]] = str(value)
    url = base + path + (f"?{urlencode(asked)}" if asked else "")
    if body is None or kind is None:
        return f"curl {quote(url)}"
    text = body if "ndjson" in kind else json.dumps(json.loads(body), ensure_ascii=False)
    return (
        f"curl -X {method.upper()} -H {quote('Content-Type: ' + kind)} "
        f"--data-binary {quote(text)} {quote(url)}"
    )
