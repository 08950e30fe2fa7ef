"""Hostile inputs: what is sent, byte by byte, and what must come of it. The store stays as it is.

Each is a case of a kind: a way in which what one part reads is not what another reads, or in which
little is sent and much is to be done.
"""

from __future__ import annotations

import base64
import copy
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from api.http.examples import ACTS

VISIT = ACTS["hsg-visits:2138"][0]
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINES = {"Content-Type": "application/x-ndjson"}
#: Stands where the service's own credentials are put in: keys of names, and tokens of forgers.
KEY, READER, AUDITOR = "{desk}", "{reader}", "{auditor}"


@dataclass(frozen=True)
class Hostile:
    """What is sent, and the status and the type of problem it must get.

    `problem` is None where the answer is no problem: what is hostile is then read as plain text.
    """

    sent: bytes
    status: int
    problem: str | None = None


def request(
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    who: str | None = KEY,
    raw: bytes = b"",
    length: bool = True,
) -> bytes:
    """A request as it goes over the wire; `raw` are header lines as they are."""
    told = {"Host": "127.0.0.1", "Connection": "close"}
    if who is not None:
        told["Authorization"] = f"Bearer {who}"
    if body and length:
        told["Content-Length"] = str(len(body))
    told.update(headers or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    head = f"{method} {target} HTTP/1.1\r\n{lines}".encode("utf-8", "surrogateescape")
    return head + raw + b"\r\n" + body


def get(target: str, headers: Mapping[str, str] | None = None, **more: Any) -> bytes:
    return request("GET", target, headers, **more)


def post(body: bytes, headers: Mapping[str, str] | None = None, **more: Any) -> bytes:
    return request("POST", "/v1/acts", {**JSON, **(headers or {})}, body, **more)


def act(**changed: Any) -> bytes:
    """The body of a new act, with fields of its event changed."""
    return json.dumps({"act_id": "test:hostile", "events": [{**VISIT, **changed}]}).encode()


def party(code: Any) -> bytes:
    parties = copy.deepcopy(VISIT["parties"])
    parties[0]["party"] = code
    return act(parties=parties)


def source(**changed: Any) -> bytes:
    return act(sources=[{"title": "A list", **changed}])


def resolve(name: str, **more: Any) -> bytes:
    return get(f"/v1/parties/resolve?name={quote(name)}", **more)


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(header: Any, claims: Any = None, signature: str = "") -> str:
    return f"{packed(header)}.{packed(claims or {'sub': 'minister', 'scope': 'admin'})}.{signature}"


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


_SMUGGLED = b"POST /v1/acts HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_CYRILLIC_CUBA = "Cub\u0430"
_BOMB = gzip.compress(b"0" * 50_000_000)

HOSTILE: dict[str, Hostile] = {
    # Too much.
    "a body that says it is of a terabyte": Hostile(
        post(b"{}", {"Content-Length": "1099511627776"}), 413, "body-too-large"
    ),
    "a body that is longer than it may be": Hostile(
        post(act(title="x") + b" " * 70_000), 413, "body-too-large"
    ),
    "chunks without end": Hostile(
        post(
            (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 3 + b"0\r\n\r\n",
            {"Transfer-Encoding": "chunked"},
            length=False,
        ),
        413,
        "body-too-large",
    ),
    "a bulk line without end": Hostile(
        request("POST", "/v1/events/bulk", LINES, b"x" * 70_000), 200
    ),
    "a thousand headers": Hostile(
        get("/v1/events", raw=b"X: y\r\n" * 1_000), 431, "headers-too-large"
    ),
    "a header of 40 KB": Hostile(
        get("/v1/events", {"X-Note": "y" * 40_000}), 431, "headers-too-large"
    ),
    "a head of 70 KB": Hostile(
        get("/v1/events", {"X-Note": "y" * 70_000}), 431, "headers-too-large"
    ),
    "a head that never ends": Hostile(
        b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Note: y\r\n" * 6_300,
        431,
        "headers-too-large",
    ),
    "an address of 10 KB": Hostile(get("/v1/acts?q=" + "a" * 10_000), 414, "address-too-long"),
    "a key of 7 KB": Hostile(
        get("/v1/events", who="chancery_" + "0" * 7_000), 401, "unauthenticated"
    ),
    "an idempotency key of 300 characters": Hostile(
        post(act(), {"Idempotency-Key": "k" * 300}), 400, "invalid-header"
    ),
    "a thousand parameters": Hostile(get("/v1/acts?" + "a=1&" * 1_000), 422, "invalid-question"),
    "a form of six thousand fields": Hostile(
        request("POST", "/record", {**FORM, "Sec-Fetch-Site": "same-origin"}, b"a=1&" * 6_000),
        400,
        "malformed-form",
    ),
    "a thousand parties": Hostile(
        post(act(participants=[{"name": f"N{n}"} for n in range(2_000)])),
        422,
        "invalid-event",
    ),
    # Too deep, too big.
    "lists a hundred thousand deep": Hostile(post(b"[" * 60_000), 400, "malformed-json"),
    "objects fifty thousand deep": Hostile(post(b'{"a":' * 12_000), 400, "malformed-json"),
    "depth hidden behind an open string": Hostile(
        post(b'"' + b'\\"' * 20_000 + b"[" * 99), 400, "malformed-json"
    ),
    "a number of ten thousand digits": Hostile(
        post(act(key="x").replace(b'"x"', b"9" * 10_000)), 400, "malformed-json"
    ),
    "a number of a huge exponent": Hostile(
        post(act(figures=[{"name": "turnover", "value": 0.5}]).replace(b"0.5", b"1e999999")),
        422,
        "invalid-event",
    ),
    "an integer beyond 2^53": Hostile(
        post(act(figures=[{"name": "turnover", "value": 2**60}])), 422, "invalid-event"
    ),
    "minus nothing": Hostile(get("/v1/events?after=-1"), 422, "invalid-question"),
    "a position of forty digits": Hostile(
        get("/v1/events?after=" + "9" * 40), 422, "invalid-question"
    ),
    "a position in Arabic digits": Hostile(
        get("/v1/relationships/KAZ-KGZ?known_at=" + quote("٢٠")), 422, "invalid-question"
    ),
    "a version of twenty digits": Hostile(
        request(
            "POST", "/v1/acts/eurasian-2024:a03/events/" + "9" * 20 + "/retraction", JSON, b"{}"
        ),
        422,
        "invalid-question",
    ),
    "NaN": Hostile(
        post(act(figures=[{"name": "turnover", "value": float("nan")}])), 400, "malformed-json"
    ),
    "infinity": Hostile(
        post(act(figures=[{"name": "turnover", "value": float("inf")}])), 400, "malformed-json"
    ),
    # Encodings.
    "UTF-16": Hostile(post(act().decode().encode("utf-16")), 400, "malformed-json"),
    "overlong UTF-8": Hostile(post(b'{"events":"\xc0\xaf"}'), 400, "malformed-json"),
    "a byte order mark": Hostile(post(b"\xef\xbb\xbf" + act()), 400, "malformed-json"),
    "a surrogate as UTF-8": Hostile(post(b'{"events":"\xed\xa0\x80"}'), 400, "malformed-json"),
    "a lone surrogate, escaped": Hostile(post(act(title="x\ud800")), 422, "invalid-event"),
    "a body in UTF-7": Hostile(
        post(act(), {"Content-Type": "application/json; charset=utf-7"}),
        415,
        "unsupported-media-type",
    ),
    "a body packed": Hostile(
        post(gzip.compress(act()), {"Content-Encoding": "gzip"}), 415, "unsupported-media-type"
    ),
    "a bomb of gzip": Hostile(
        post(_BOMB, {"Content-Encoding": "gzip"}), 415, "unsupported-media-type"
    ),
    "an act as plain text": Hostile(
        post(act(), {"Content-Type": "text/plain"}), 415, "unsupported-media-type"
    ),
    "an act as a form": Hostile(post(b"act_id=test:hostile", FORM), 415, "unsupported-media-type"),
    "an act as XML with an entity": Hostile(
        post(
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            {"Content-Type": "application/xml"},
        ),
        415,
        "unsupported-media-type",
    ),
    "a name twice": Hostile(
        post(b'{"act_id":"test:a","act_id":"test:b","events":[]}'), 400, "malformed-json"
    ),
    "a prototype": Hostile(post(b'{"__proto__":{"admin":true},"events":[]}'), 422, "invalid-event"),
    "a null byte in JSON": Hostile(post(act(title="x\u0000y")), 422, "invalid-event"),
    # Text that is not what it seems.
    "a party in Cyrillic letters": Hostile(post(party("К\u0410Z")), 422, "invalid-event"),
    "a party with a zero-width space": Hostile(post(party("KA\u200bZ")), 422, "invalid-event"),
    "a party in full-width letters": Hostile(post(party("ＫＡＺ")), 422, "invalid-event"),
    "a party in small letters": Hostile(post(party("kaz")), 422, "invalid-event"),
    "a party that is a number": Hostile(post(party(398)), 422, "invalid-event"),
    "a name with one Cyrillic letter": Hostile(resolve(_CYRILLIC_CUBA), 404, "unresolved-name"),
    "a name with a Greek letter": Hostile(resolve("Βelgium"), 404, "unresolved-name"),
    "a name with a zero-width joiner": Hostile(resolve("Fra\u200dnce"), 404, "unresolved-name"),
    "a name that turns": Hostile(resolve("\u202eecnarF"), 404, "unresolved-name"),
    "a name with a null byte": Hostile(resolve("France\x00"), 404, "unresolved-name"),
    "a title that turns what follows": Hostile(
        post(act(title="Visit \u202edelecnac")), 422, "invalid-event"
    ),
    "a title with a part that is turned by itself": Hostile(
        post(act(title="Visit \u2067delecnac\u2069")), 422, "invalid-event"
    ),
    "a title that steers a terminal": Hostile(
        post(act(title="\x1b]0;x\x07")), 422, "invalid-event"
    ),
    "a title with a C1 control": Hostile(post(act(title="x\u009b31m")), 422, "invalid-event"),
    "a title of two lines of a log": Hostile(
        post(act(title='x\r\n{"event":"request"}')), 422, "invalid-event"
    ),
    # Scripts.
    "a source at a javascript address": Hostile(
        post(source(url="javascript:alert(1)")), 422, "invalid-event"
    ),
    "a source at a data address": Hostile(
        post(source(url="data:text/html,<script>alert(1)</script>")), 422, "invalid-event"
    ),
    "a source at a javascript address in capitals": Hostile(
        post(source(url="JaVaScRiPt://x/%0aalert(1)")), 422, "invalid-event"
    ),
    "a source at a file": Hostile(post(source(url="file:///etc/passwd")), 422, "invalid-event"),
    "a source whose address breaks out": Hostile(
        post(source(url='https://x/"onmouseover="alert(1)')), 422, "invalid-event"
    ),
    "a source whose address names a person": Hostile(
        post(source(url="https://www.state.gov@evil.example/")), 422, "invalid-event"
    ),
    "a script in a search": Hostile(
        get("/?q=" + quote("<script>alert(1)</script>"), {"Accept": "text/html"}), 200
    ),
    "a script in a path": Hostile(
        get("/acts/" + quote("<script>alert(1)</script>", safe=""), {"Accept": "text/html"}),
        404,
        "not-found",
    ),
    "a template in a search": Hostile(
        get("/?q=" + quote("{{7*7}}{% include '/etc/passwd' %}"), {"Accept": "text/html"}), 200
    ),
    "SQL in a search": Hostile(
        get("/v1/acts?q=" + quote("x' OR 1=1; DROP TABLE chancery_records;--")), 200
    ),
    "a wildcard in a search": Hostile(get("/v1/acts?q=" + quote("%" * 100)), 200),
    # Paths.
    "a way up, plain": Hostile(get("/static/../../etc/passwd.css"), 404, "not-found"),
    "a way up, encoded": Hostile(get("/static/%2e%2e%2f%2e%2e%2fsettings.css"), 404, "not-found"),
    "a way up, encoded twice": Hostile(
        get("/static/built/%252e%252e%252fstyle.css"), 404, "not-found"
    ),
    "a way up with backslashes": Hostile(get("/static/built/..%5c..%5cx.js"), 404, "not-found"),
    "a way up in an act": Hostile(get("/v1/acts/..%2f..%2fetc%2fpasswd"), 404, "not-found"),
    "a way up in a tile": Hostile(get("/v1/log/tile/../../x"), 404, "not-found"),
    "a null byte in an act": Hostile(get("/v1/acts/eurasian-2024:a03%00"), 404, "unknown-act"),
    "a path of no UTF-8": Hostile(get("/v1/acts/%ff%fe"), 404, "unknown-act"),
    "a pair with itself": Hostile(get("/v1/relationships/KAZ-KAZ"), 422, "invalid-relationship"),
    "a view that is a path": Hostile(get("/v1/exports/..%2fx.csv"), 404, "not-found"),
    "the erasure of another's hand, by a slash": Hostile(
        request("POST", "/v1/acts/eurasian-2024:a03/events/1/erasure/", JSON, b"{}"),
        404,
        "not-found",
    ),
    # Requests that two may read in two ways.
    "a length and chunks": Hostile(
        post(chunked(_SMUGGLED), {"Transfer-Encoding": "chunked", "Content-Length": "4"}),
        400,
        "malformed-request",
    ),
    "two lengths": Hostile(post(b"{}", raw=b"Content-Length: 99\r\n"), 400, "malformed-request"),
    "a length that is signed": Hostile(
        post(b"{}", {"Content-Length": "+2"}), 400, "malformed-request"
    ),
    "chunks by another name": Hostile(
        post(chunked(b"{}"), {"Transfer-Encoding": "xchunked"}, length=False),
        501,
        "unknown-coding",
    ),
    "a chunk of a length that is none": Hostile(
        post(b"0x2\r\n{}\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, length=False),
        400,
        "malformed-request",
    ),
    "a header on two lines": Hostile(
        get("/v1/events", raw=b"X-Note: a\r\n b\r\n"), 400, "malformed-request"
    ),
    "line feeds alone": Hostile(
        b"GET /v1/events HTTP/1.1\nHost: 127.0.0.1\n\n", 400, "malformed-request"
    ),
    "a blank before a colon": Hostile(
        get("/v1/events", raw=b"Content-Length : 0\r\n"), 400, "malformed-request"
    ),
    "a null byte in a header": Hostile(
        get("/v1/events", raw=b"X-Note: a\x00b\r\n"), 400, "malformed-request"
    ),
    "a header without a name": Hostile(get("/v1/events", raw=b": x\r\n"), 400, "malformed-request"),
    "two hosts": Hostile(get("/v1/events", raw=b"Host: evil.example\r\n"), 400, "invalid-header"),
    "no host": Hostile(
        b"GET /v1/events HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "invalid-header"
    ),
    "a target on another host, beside this one's name": Hostile(
        get("http://evil.example/v1/events"), 421, "misdirected"
    ),
    "a target on this host, beside another's name": Hostile(
        get("http://127.0.0.1/v1/parties/KAZ", {"Host": "evil.example"}), 200
    ),
    "a target with a user before its host": Hostile(
        get("http://127.0.0.1@evil.example/v1/events"), 400, "invalid-header"
    ),
    "a target of another scheme": Hostile(
        get("ftp://127.0.0.1/v1/events"), 400, "malformed-request"
    ),
    "a target that is a host and no path": Hostile(
        get("http://127.0.0.1", {"Accept": "text/html"}), 200
    ),
    "another host": Hostile(get("/v1/events", {"Host": "evil.example"}), 421, "misdirected"),
    **{
        f"a host that is none: {host!r}": Hostile(
            get("/v1/events", {"Host": host}), 400, "invalid-header"
        )
        for host in (
            "[::1].evil.example",
            "[::1]evil.example:80",
            "[::1",
            "[evil.example]",
            "127.0.0.1:80:80",
            "127.0.0.1@evil.example",
            "127.0.0.1/evil.example",
            "127.0.0.1, evil.example",
            "127.0.0.1:port",
            "-127.0.0.1",
            ":80",
        )
    },
    "a loopback address of IPv6, which is no name that was set": Hostile(
        get("/v1/parties/KAZ", {"Host": "[::1]:80"}), 200
    ),
    "HTTP of another century": Hostile(
        b"GET /v1/events HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", 400, "malformed-request"
    ),
    "a greeting of TLS": Hostile(
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "malformed-request"
    ),
    "a greeting of HTTP/2": Hostile(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed-request"),
    "a method that is none": Hostile(request("JUMP", "/v1/acts"), 400, "malformed-request"),
    "a method no resource has": Hostile(request("DELETE", "/v1/acts"), 405, "method-not-allowed"),
    "TRACE": Hostile(request("TRACE", "/v1/acts"), 405, "method-not-allowed"),
    "a tunnel": Hostile(request("CONNECT", "evil.example:443"), 400, "malformed-request"),
    "another method in a header": Hostile(
        get("/v1/acts/eurasian-2024:a03", {"X-HTTP-Method-Override": "DELETE"}), 200
    ),
    "another method in a parameter": Hostile(
        get("/v1/acts/eurasian-2024:a03?_method=DELETE"), 422, "invalid-question"
    ),
    "an upgrade to a web socket": Hostile(
        get(
            "/v1/events",
            {
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "eA==",
            },
        ),
        200,
    ),
    "a thousand ranges": Hostile(
        get("/v1/exports/acts.csv", {"Range": "bytes=" + ",".join(f"{n}-" for n in range(1_000))}),
        200,
    ),
    "a tag without end": Hostile(get("/v1/parties", {"If-None-Match": '"' * 5_000}), 200),
    "a version that is none": Hostile(
        request("POST", "/v1/acts/eurasian-2024:a03/events", {**JSON, "If-Match": "1"}, b"{}"),
        400,
        "invalid-header",
    ),
    # Who asks.
    "nobody": Hostile(post(act(), who=None), 401, "unauthenticated"),
    "a cookie that is junk": Hostile(
        get("/v1/events", {"Cookie": "chancery-session=gAAAAABm; a=b=c;;="}, who=None),
        401,
        "unauthenticated",
    ),
    "a key in the query": Hostile(
        get("/v1/events?access_token={desk}", who=None), 401, "unauthenticated"
    ),
    "a key in another header": Hostile(
        get("/v1/events", {"X-API-Key": KEY}, who=None), 401, "unauthenticated"
    ),
    "a password": Hostile(
        get("/v1/events", {"Authorization": "Basic YWRtaW46YWRtaW4="}), 401, "unauthenticated"
    ),
    "two keys": Hostile(
        get("/v1/events", raw=b"Authorization: Bearer {auditor}\r\n"), 401, "unauthenticated"
    ),
    "a key cut short": Hostile(get("/v1/events", who="{cut}"), 401, "unauthenticated"),
    "a key that was revoked": Hostile(get("/v1/events", who="{revoked}"), 401, "unauthenticated"),
    "a key that has expired": Hostile(get("/v1/events", who="{expired}"), 401, "unauthenticated"),
    "a reader who records": Hostile(post(act(), who=READER), 403, "scope-needed"),
    "a reader who previews": Hostile(
        request("POST", "/v1/preview", JSON, act(), who=READER), 403, "scope-needed"
    ),
    "a reader who sends in bulk": Hostile(
        request("POST", "/v1/events/bulk", LINES, act(), who=READER), 403, "scope-needed"
    ),
    "a desk that erases": Hostile(
        request("POST", "/v1/acts/eurasian-2024:a03/events/1/erasure", JSON, b'{"reason":"x"}'),
        403,
        "scope-needed",
    ),
    "a desk that audits": Hostile(get("/v1/audit/records"), 403, "scope-needed"),
    "an auditor who asks by HEAD what a desk may not": Hostile(
        request("HEAD", "/v1/audit/records"), 403
    ),
    "a token without a signature": Hostile(
        get("/v1/events", who=token({"alg": "none", "kid": "spring"})), 401, "unauthenticated"
    ),
    "a token by the public key": Hostile(
        get("/v1/events", who="{confused}"), 401, "unauthenticated"
    ),
    "a token with its own key": Hostile(get("/v1/events", who="{own_key}"), 401, "unauthenticated"),
    "a token of yesterday, replayed": Hostile(
        get("/v1/events", who="{replayed}"), 401, "unauthenticated"
    ),
    "a token for another service": Hostile(
        get("/v1/events", who="{elsewhere}"), 401, "unauthenticated"
    ),
    "a recorder by another name": Hostile(post(act(recorded_by="minister")), 422, "invalid-event"),
    "a recorder by another name about the act": Hostile(
        post(act()[:-1] + b', "recorded_by": "minister"}'), 422, "invalid-event"
    ),
    "a form sent from elsewhere": Hostile(
        request("POST", "/record", {**FORM, "Origin": "https://evil.example"}, b"-do=record"),
        403,
        "foreign-page",
    ),
    "a form without an origin": Hostile(
        request("POST", "/sign-in", FORM, b"key=x", who=None), 403, "foreign-page"
    ),
    "a sign-in that leads elsewhere": Hostile(
        get("/sign-in?next=https://evil.example/", {"Accept": "text/html"}, who=None), 200
    ),
    "a request that came through a proxy nobody trusts": Hostile(
        get("/v1/parties/KAZ", {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}), 200
    ),
    "a type that only pages have": Hostile(
        get("/v1/events", {"Accept": "image/png"}), 406, "not-acceptable"
    ),
}
