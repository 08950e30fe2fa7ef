"""Reading a page strictly: whole, closed, under a severe policy, nothing inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HTML = {"Accept": "text/html"}
SEVERE = "default-src 'none'"
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Checked(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"


def page(client, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert SEVERE in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    checked = Checked(answer.text)
    names = [tag for tag, _ in checked.tags]
    assert names.count("h1") == 1
    for tag, attributes in checked.tags:
        assert tag != "script" or str(attributes["src"]).startswith("/static/built/")
    assert "<script>" not in answer.text
    assert "style" not in names
    assert not any(name.startswith("on") or name == "style" for _, a in checked.tags for name in a)
    return answer.text


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
