"""What a form posts: read only from a page of this service, bounded, as it was typed."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.access.origin import check_same_origin
from api.http.routes.posting import check_type, pieces
from api.problems import Refused
from domain.shapes import Problem, shown

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 5_000
Filled = dict[str, list[str]]


async def filled(request: Request) -> Filled:
    """The fields of a posted form, each with its values in order; raises `Refused`."""
    check_same_origin(request)
    check_type(request, _FORM)
    limit_bytes = request.app.state.settings.body_limit_bytes
    data = b"".join([piece async for piece in pieces(request, limit_bytes)])
    try:
        pairs = parse_qsl(
            data.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:  # a decoding error is one too
        problem = Problem("", f"at most {_MOST_FIELDS} fields in UTF-8", shown(str(error)))
        raise Refused("malformed-form", "The form cannot be read.", [problem]) from None
    found: Filled = {}
    for name, value in pairs:
        # Browsers send line ends as CRLF (HTML, section 4.10.21.4); what is stored has LF.
        found.setdefault(name, []).append(re.sub(r"\r\n?", "\n", value))
    return found


Posted = Annotated[Filled, Depends(filled)]
