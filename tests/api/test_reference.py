"""The reference page: every operation is on it, and its commands work."""

from __future__ import annotations

import re
import shlex

from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.web.reference import operations


def test_every_operation_is_on_the_page_with_a_command_that_works() -> None:
    app = create_app(Settings(store="sqlite:///:memory:"))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        answer = client.get("/docs")
        assert answer.status_code == 200
        assert re.findall(r'<script(?! src="/static/)', answer.text) == []
        assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []
        document = client.get("/openapi.json").json()
        documented = list(operations(document, "http://127.0.0.1:8000"))
        assert len(documented) == sum(len(methods) for methods in document["paths"].values())
        for _, operation in documented:
            assert f'id="{operation.anchor}"' in answer.text
            if operation.method == "POST" and operation.path == "/v1/acts":
                words = shlex.split(operation.command)
                data = words[words.index("--data-binary") + 1].encode()
                headers = {"Content-Type": "application/json"}
                assert client.post(words[-1], content=data, headers=headers).status_code == 201
            if operation.method == "GET" and "stream" not in operation.path:
                url = shlex.split(operation.command)[-1]
                assert client.get(url).status_code in (200, 404, 422), operation.command
