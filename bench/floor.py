"""The bare framework: an application that answers bytes it has, for the floor under an answer.

python -m bench.floor PORT BYTES
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, Response


def application(size: int) -> FastAPI:
    """One route in a thread of the pool, as Chancery's are; `size` bytes of JSON."""
    app = FastAPI()
    body = b'"' + b"x" * (size - 2) + b'"'

    @app.get("/floor")
    def floor() -> Response:
        return Response(body, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(int(sys.argv[2])),
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
    )
