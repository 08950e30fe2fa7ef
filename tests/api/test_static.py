"""What pages load: built at set-up, kept by the browser, packaged so that a user needs no Node."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.web.assets import scripts

ROOT = Path(__file__).resolve().parents[2]


def test_the_scripts_of_the_pages_are_built():
    assert "theme.js" in scripts(), "make setup builds them"


def test_a_built_script_is_packed_as_the_browser_takes_it(reader):
    url = scripts()["theme.js"].url
    plain = reader.get(url, headers={"Accept-Encoding": "identity"})
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Content-Encoding" not in plain.headers
    packed = reader.get(url, headers={"Accept-Encoding": "gzip, br;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.text == plain.text
    built = ROOT / "api" / "web" / "static" / "built"
    (file,) = built.glob("theme-*.js.gz")
    assert gzip.decompress(file.read_bytes()).decode() == plain.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/built/none.js",
        "/static/built/scripts.json",
        "/static/built/..%2Fstyle.css",
        "/static/..%2Fpages.css",
        "/static/none.css",
    ],
)
def test_what_is_no_script_or_style_sheet_is_not_found(reader, path):
    assert reader.get(path).status_code == 404


def test_a_style_sheet_is_asked_for_again_and_sent_only_when_it_changed(reader):
    first = reader.get("/static/style.css")
    again = reader.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_wheel_holds_the_built_scripts_and_not_what_they_are_built_with(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for script in scripts().values():
        assert f"api/web{script.url}" in names
    assert "api/web/static/built/scripts.json" in names
    assert "api/web/templates/relationship.html" in names
    assert not [name for name in names if "node_modules" in name or "frontend/" in name]


def test_no_lock_names_where_packages_came_from():
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "api/web/frontend/package-lock.json"]
    for lock in locks:
        text = lock.read_text("utf-8")
        assert '"resolved"' not in text
        assert "--index-url" not in text
