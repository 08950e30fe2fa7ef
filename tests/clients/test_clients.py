"""Two generators make clients that record an act and read a state against a running service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.application import open_chancery
from scripts.build_frontend import node_and_npm
from tests.api.served import Served, served
from tests.left_out import program

HERE = Path(__file__).parent
READ = {
    "version": 1,
    "title": "Visit of King Kalakaua",
    "acts": {"visit": 1},
    "as_of": "1875-01-01",
}
_PATIENCE_SECONDS = 300


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(open_chancery(f"sqlite:///{tmp_path / 'acts.db'}")) as running:
        yield running


@pytest.fixture
def base_url(service: Served) -> str:
    return "http://{}:{}".format(*service.address)


@pytest.fixture
def document(service: Served, tmp_path: Path) -> Path:
    """The document as the service gives it."""
    path = tmp_path / "openapi.json"
    path.write_bytes(service.get("/openapi.json").partition(b"\r\n\r\n")[2])
    return path


def output(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def printed(text: str) -> Any:
    return json.loads(text.splitlines()[-1])


@pytest.mark.needs("openapi-python-client")
def test_a_python_client_records_and_reads(base_url: str, document: Path, tmp_path: Path) -> None:
    generator = program("openapi-python-client")
    assert generator is not None
    package = tmp_path / "chancery_client"
    made = ["generate", "--path", str(document), "--output-path", str(package), "--meta", "none"]
    output([generator, *made], tmp_path)
    python = str(Path(generator).with_name("python"))
    script = str(HERE / "record_and_read.py")
    text = output([python, script, base_url], tmp_path, PYTHONPATH=str(tmp_path))
    assert printed(text) == READ


@pytest.mark.needs("openapi-typescript")
def test_a_typescript_client_compiles_records_and_reads(
    base_url: str, document: Path, tmp_path: Path
) -> None:
    node, _ = node_and_npm()
    folder = tmp_path / "client"
    shutil.copytree(HERE / "typescript", folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(HERE / "typescript" / "node_modules")
    tools = folder / "node_modules"
    generator = str(tools / "openapi-typescript" / "bin" / "cli.js")
    output([node, generator, str(document), "-o", "schema.d.ts"], folder)
    output([node, str(tools / "typescript" / "bin" / "tsc"), "--project", "."], folder)
    assert printed(output([node, "client.js", base_url], folder)) == READ
