"""What MkDocs needs to build the documents as they lie in the repository; mkdocs.yml names it.

Documents outside docs/ and what documents link to are added to the site, the README as its first
page, and the decisions to its navigation. A link is written for the repository; here it becomes
that of the site. A page that would fetch something from another machine ends the build, as does,
by `--strict`, a link to nothing.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = "docs/"
#: What is not in docs/ and is read, or linked to, from a page.
BESIDE = ("*.md", "api/samples/ATTRIBUTION.md", "deploy/*", "LICENSE")
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)")
_FETCHED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation, in the order of their numbers."""
    decisions = sorted((ROOT / DOCS / "adr").glob("*.md"))
    nav: list[object] = config.nav or []
    config.nav = [*nav, {"Decisions": [f"adr/{path.name}" for path in decisions]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what lies beside docs/, under the place it has in the repository."""
    for pattern in BESIDE:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                place = path.relative_to(ROOT).as_posix()
                files.append(File.generated(config, place, abs_src_path=str(path)))
    return files


def _in_repository(site: str) -> str:
    """The place of a page of the site: a document of docs/ is not told apart by its name."""
    return DOCS + site if (ROOT / DOCS / site).exists() else site


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make each link of the repository one of the site."""
    here = page.file.src_uri
    folder = posixpath.dirname(_in_repository(here))

    def of_site(found: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join(folder, found[1]))
        if (ROOT / place).is_dir():
            # A folder has no page: its first document stands for it.
            place = min(path.relative_to(ROOT).as_posix() for path in (ROOT / place).glob("*.md"))
        return posixpath.relpath(place.removeprefix(DOCS), posixpath.dirname(here) or ".")

    return _LINK.sub(of_site, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Refuse a page that a reader without a network would see in part."""
    found = _FETCHED.search(output)
    if found is not None:
        raise PluginError(f"expected {page.file.src_uri} to fetch nothing, got {found[0]}")
    return output
