"""Tokens of an OpenID provider: who is let in by one, and every way to forge one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from api.access.actor import Actor
from api.access.issuer import REST_SECONDS, Issuer
from api.access.opening import check_settings
from api.access.token import LEEWAY_SECONDS, Tokens, scopes_in
from api.problems import Refused
from api.settings import Settings
from tests.api.provider import AUDIENCE, EC_KEY, RSA_KEYS, Provider, public, public_ec
from tests.api.required import bearer, required

FOREIGN = rsa.generate_private_key(65537, 2048)
SMALL = rsa.generate_private_key(65537, 1024)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.keys, running.down, running.named_issuer = [public("spring")], False, running.issuer
    running.dribbles = False
    running.asked.clear()
    return running


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Asked:
    """Tokens in an event loop of their own, which goes on only while one is asked about."""

    def __init__(self, issuer: str, clock: Clock) -> None:
        self._runner = asyncio.Runner()
        self.issuer = self._runner.run(self._made(issuer, clock))
        self._tokens = Tokens(self.issuer, AUDIENCE)

    async def _made(self, issuer: str, clock: Clock) -> Issuer:
        return Issuer(issuer, now=clock)

    def actor(self, token: str) -> Actor:
        return self.run(self._tokens.actor(token))

    def actors(self, *tokens: str) -> list[Any]:
        """What becomes of tokens that are shown at the same time."""

        async def all_of_them() -> list[Any]:
            asked = (self._tokens.actor(token) for token in tokens)
            return await asyncio.gather(*asked, return_exceptions=True)

        return self.run(all_of_them())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self.issuer.close())
        self._runner.close()


@pytest.fixture
def tokens(provider: Provider, clock: Clock) -> Iterator[Asked]:
    asked = Asked(provider.issuer, clock)
    yield asked
    asked.close()


def test_an_actor_is_named_by_its_issuer_and_its_subject_and_may_what_its_scopes_say(
    provider, tokens
):
    actor = tokens.actor(provider.token())
    assert actor.name == f"{provider.issuer}#a.kurmanbekova"
    assert actor.scopes == {"read", "append"}


def segments(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token put together by hand, as libraries refuse to."""

    def packed(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = f"{packed(json.dumps(header).encode())}.{packed(json.dumps(claims).encode())}"
    return f"{head}.{packed(sign(head.encode()))}"


def by_public_key(provider: Provider) -> str:
    """HS256 with the public key as the secret: algorithm confusion."""
    pem = (
        RSA_KEYS["spring"]
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return segments(
        {"alg": "HS256", "kid": "spring", "typ": "JWT"},
        provider.claims(),
        lambda data: hmac.new(pem, data, hashlib.sha256).digest(),
    )


def unsigned(provider: Provider, algorithm: str) -> str:
    header = {"alg": algorithm, "kid": "spring", "typ": "JWT"}
    return segments(header, provider.claims(), lambda _data: b"")


def altered(provider: Provider) -> str:
    """Other claims under a true signature."""
    head, _, signature = provider.token().split(".")
    claims = json.dumps(provider.claims(sub="minister", scope="admin")).encode()
    return f"{head}.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"


NOW = int(time.time())
NOBODYS = "no key or token that is good"
FORGED: dict[str, tuple[Callable[[Provider], str], str]] = {
    "HS256 with the public key as its secret": (by_public_key, NOBODYS),
    "alg none": (lambda p: unsigned(p, "none"), NOBODYS),
    "alg None": (lambda p: unsigned(p, "nOnE"), NOBODYS),
    "RS256 without a signature": (lambda p: unsigned(p, "RS256"), NOBODYS),
    "claims altered under the signature": (altered, NOBODYS),
    "a foreign key under a known kid": (lambda p: p.token(key=FOREIGN), NOBODYS),
    "a kid nobody has": (lambda p: p.token("winter", key=FOREIGN), NOBODYS),
    "no kid": (lambda p: p.token(headers={"kid": None}), NOBODYS),
    "its own key in its header": (
        lambda p: p.token(key=FOREIGN, headers={"jwk": public("autumn")}),
        NOBODYS,
    ),
    "an address of its own key": (
        lambda p: p.token(headers={"jku": "https://evil.example/keys"}),
        NOBODYS,
    ),
    "an address of a certificate": (
        lambda p: p.token(headers={"x5u": "https://evil.example/cert"}),
        NOBODYS,
    ),
    "a certificate": (lambda p: p.token(headers={"x5c": ["MIIB"]}), NOBODYS),
    "a critical extension": (lambda p: p.token(headers={"crit": ["b64"], "b64": True}), NOBODYS),
    "another algorithm of the same key": (lambda p: p.token(algorithm="RS512"), NOBODYS),
    "ES256 under an RSA key's kid": (lambda p: p.token(key=EC_KEY, algorithm="ES256"), NOBODYS),
    "a logout token": (lambda p: p.token(headers={"typ": "logout+jwt"}), NOBODYS),
    "a proof of possession": (lambda p: p.token(headers={"typ": "dpop+jwt"}), NOBODYS),
    "expired": (lambda p: p.token(exp=NOW - LEEWAY_SECONDS - 5), "expired"),
    "not good yet": (lambda p: p.token(nbf=NOW + 3_600), "not good yet"),
    "issued tomorrow": (lambda p: p.token(iat=NOW + 86_400), "not good yet"),
    "without end": (lambda p: p.token(exp=None), "lacks a claim"),
    "an end that is text": (lambda p: p.token(exp="tomorrow"), NOBODYS),
    "for another audience": (lambda p: p.token(aud="https://mail.example"), "another audience"),
    "for no audience": (lambda p: p.token(aud=None), "lacks a claim"),
    "of another issuer": (lambda p: p.token(iss="https://evil.example"), "another issuer"),
    "without a subject": (lambda p: p.token(sub=None), "lacks a claim"),
    "an empty subject": (lambda p: p.token(sub=""), "expected one, got none"),
    "a subject that turns the line": (
        lambda p: p.token(sub="desk\u202eksed"),
        "cannot be recorded",
    ),
    "a subject of two lines": (lambda p: p.token(sub="desk\nadmin"), "cannot be recorded"),
    "a subject without end": (lambda p: p.token(sub="a" * 300), "cannot be recorded"),
    "a token without end": (lambda p: p.token(more="a" * 9_000), NOBODYS),
    "five parts, as if encrypted": (lambda p: p.token() + ".x.y", NOBODYS),
    "no base64": (lambda p: "a.b.c", NOBODYS),
    "a header that is a list": (lambda p: "W10." + p.token().partition(".")[2], NOBODYS),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_token_that_is_not_the_issuer_s_for_this_service_now_is_refused(provider, tokens, name):
    forge, reason = FORGED[name]
    with pytest.raises(Refused, match=reason) as refused:
        tokens.actor(forge(provider))
    assert refused.value.document.kind.status == 401
    assert "invalid_token" in refused.value.document.headers["WWW-Authenticate"]


def test_clocks_may_differ_a_little(provider, tokens):
    assert tokens.actor(provider.token(exp=int(time.time()) - 2))
    assert tokens.actor(provider.token(nbf=int(time.time()) + 5))


@pytest.mark.parametrize(
    ("key", "token"),
    [
        (public_ec("new"), lambda p: p.token("new", key=EC_KEY, algorithm="ES256")),
        (public("autumn", alg=None), lambda p: p.token("autumn", algorithm="PS384")),
        (public("autumn"), lambda p: p.token("autumn", headers={"typ": "at+JWT"})),
        (public("autumn"), lambda p: p.token("autumn", headers={"typ": None})),
    ],
)
def test_keys_of_other_kinds_and_access_tokens_are_taken(provider, tokens, key, token):
    provider.keys = [{name: value for name, value in key.items() if value is not None}]
    assert tokens.actor(token(provider)).scopes == {"read", "append"}


def test_a_key_that_is_not_for_signatures_or_too_small_or_shared_is_passed_over(provider, tokens):
    small = {**public("autumn"), "n": public_small()["n"], "kid": "small"}
    shared = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(b"s" * 32).decode()}
    provider.keys = [public("autumn", use="enc"), small, shared, {"kty": "RSA"}, "no key"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        by_small = provider.token("small", key=SMALL)
    for token in (
        provider.token("autumn"),
        by_small,
        provider.token("shared", key=b"s" * 32, algorithm="HS256"),
    ):
        with pytest.raises(Refused, match=NOBODYS):
            tokens.actor(token)


def public_small() -> dict[str, Any]:
    return dict(RSAAlgorithm.to_jwk(SMALL.public_key(), as_dict=True))


def test_a_new_key_of_the_provider_is_found_when_a_token_names_it_and_not_sought_without_end(
    provider, tokens, clock
):
    assert tokens.actor(provider.token())
    provider.keys = [public("autumn"), public("spring")]
    clock.now += REST_SECONDS
    assert tokens.actor(provider.token("autumn"))
    before = len(provider.asked)
    for number in range(20):
        with pytest.raises(Refused):
            tokens.actor(provider.token(f"unknown-{number}", key=FOREIGN))
    assert len(provider.asked) == before
    clock.now += REST_SECONDS
    with pytest.raises(Refused):
        tokens.actor(provider.token("unknown", key=FOREIGN))
    assert len(provider.asked) == before + 2  # where its keys are, and the keys


def test_a_key_the_provider_withdrew_ends_within_five_minutes(provider, tokens, clock):
    assert tokens.actor(provider.token())
    provider.keys = [public("autumn")]
    clock.now += 301
    with pytest.raises(Refused, match=NOBODYS):
        tokens.actor(provider.token())


def test_while_the_provider_is_silent_the_keys_that_are_known_go_on_serving(
    provider, tokens, clock
):
    assert tokens.actor(provider.token())
    provider.down = True
    clock.now += 3_600
    assert tokens.actor(provider.token())


def test_without_any_keys_nobody_is_let_in_and_nobody_is_blamed(provider, tokens, clock):
    provider.down = True
    with pytest.raises(Refused) as refused:
        tokens.actor(provider.token())
    assert refused.value.document.kind.name == "issuer-unavailable"
    provider.down = False
    clock.now += REST_SECONDS
    assert tokens.actor(provider.token())


def test_a_provider_that_answers_byte_by_byte_keeps_nobody_waiting_and_is_asked_once(
    provider, tokens, clock
):
    assert tokens.actor(provider.token())
    provider.dribbles, before = True, len(provider.asked)
    clock.now += REST_SECONDS
    unknown = [provider.token(f"unknown-{number}", key=FOREIGN) for number in range(50)]
    begun = time.monotonic()
    found = tokens.actors(provider.token(), *unknown)
    assert found[0].scopes == {"read", "append"}
    assert {one.document.kind.name for one in found[1:]} == {"issuer-unavailable"}
    assert time.monotonic() - begun < 3
    assert len(provider.asked) == before + 1
    # It is given up in the end, and asked again only after a while.
    tokens.run(asyncio.sleep(5))
    found = tokens.actors(provider.token(), *unknown)
    assert found[0].scopes == {"read", "append"}
    assert {one.document.kind.name for one in found[1:]} == {"unauthenticated"}
    assert len(provider.asked) == before + 1


def test_a_key_holder_is_not_kept_waiting_by_those_whose_keys_are_fetched(provider):
    provider.dribbles = True
    with required(
        "sqlite:///:memory:", openid_issuer=provider.issuer, openid_audience=AUDIENCE
    ) as (client):
        key = client.app.state.chancery.admin.access_keys().create("desk", ["read"])[1]
        shown = [provider.token(f"unknown-{n}", key=FOREIGN) for n in range(50)]
        with ThreadPoolExecutor(50) as pool:
            waiting = [pool.submit(client.get, "/v1/events", headers=bearer(t)) for t in shown]
            begun = time.monotonic()
            assert client.get("/healthz").status_code == 200
            assert client.get("/v1/events", headers=bearer(key)).status_code == 200
            assert time.monotonic() - begun < 1
            assert {one.result().status_code for one in waiting} <= {503, 429}


def test_a_discovery_document_of_another_issuer_is_not_believed(provider, tokens):
    provider.named_issuer = "https://evil.example"
    with pytest.raises(Refused, match="gave no keys"):
        tokens.actor(provider.token())


@pytest.mark.parametrize(
    ("claims", "claim", "expected"),
    [
        ({"scope": "openid read"}, "scope", {"read"}),
        ({"scope": "chancery:read chancery:audit email"}, "scope", {"read", "audit"}),
        ({"scp": ["append", "admin"]}, "scp", {"append", "admin"}),
        ({"realm_access": {"roles": ["read"]}}, "realm_access.roles", {"read"}),
        ({"https://acts.example/may": ["read"]}, "https://acts.example/may", {"read"}),
        ({"scope": "readers administrator"}, "scope", set()),
        ({"scope": {"read": True}}, "scope", set()),
        ({"scope": [1, None, "read"]}, "scope", {"read"}),
        ({}, "realm_access.roles", set()),
    ],
)
def test_scopes_are_the_words_of_the_claim_that_is_set(claims, claim, expected):
    assert scopes_in(claims, claim) == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"openid_issuer": "https://login.example"}, "CHANCERY_OPENID_AUDIENCE"),
        ({"openid_issuer": "http://login.example", "openid_audience": "x"}, "https address"),
        ({"openid_jwks_url": "http://login.example/keys"}, "https address"),
        ({"openid_algorithms": "RS256,HS256"}, "'HS256'"),
        ({"openid_algorithms": "none"}, "'none'"),
        ({"access": "open", "host": "0.0.0.0"}, "this machine alone"),
        ({"access": "open", "proxies": "10.0.0.1"}, "CHANCERY_PROXIES"),
    ],
)
def test_settings_that_would_let_in_anyone_are_refused(given, reason):
    with pytest.raises(ValueError, match=reason):
        check_settings(Settings(**given))
