"""An OpenID provider of this machine: it signs tokens, and its keys can be read and rotated."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "https://acts.example"
#: Made once: a key of 2048 bits takes a while.
RSA_KEYS = {kid: rsa.generate_private_key(65537, 2048) for kid in ("spring", "autumn")}
EC_KEY = ec.generate_private_key(ec.SECP256R1())


class Provider:
    """Serves its discovery document and keys for as long as the context lasts."""

    def __init__(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                document = provider.documents().get(self.path)
                body = (
                    b"gone" if document is None or provider.down else json.dumps(document).encode()
                )
                self.send_response(503 if provider.down else 404 if document is None else 200)
                self.send_header("Content-Length", str(len(body) + 999 * provider.dribbles))
                self.end_headers()
                # Each piece comes in time, and the whole never does.
                while provider.dribbles:
                    if not self.dribble():
                        return
                    time.sleep(0.1)
                self.wfile.write(body)

            def dribble(self) -> bool:
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return False
                return True

            def log_message(self, *given: Any) -> None:
                """Nothing is to be said."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/realm"
        self.asked: list[str] = []
        self.down = False
        self.dribbles = False
        self.keys: list[dict[str, Any]] = [public("spring")]
        self.named_issuer = self.issuer

    def documents(self) -> dict[str, Any]:
        found = {"issuer": self.named_issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {
            "/realm/.well-known/openid-configuration": found,
            "/realm/keys": {"keys": self.keys},
        }

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "a.kurmanbekova",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 300,
            "scope": "openid read append",
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self,
        kid: str = "spring",
        *,
        key: Any = None,
        algorithm: str = "RS256",
        headers: dict[str, Any] | None = None,
        **changed: Any,
    ) -> str:
        header = {"kid": kid, **(headers or {})}
        return jwt.encode(
            self.claims(**changed),
            RSA_KEYS.get(kid) if key is None else key,
            algorithm,
            {name: value for name, value in header.items() if value is not None},
        )

    def __enter__(self) -> Provider:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def public(kid: str, **more: Any) -> dict[str, Any]:
    """A key as the provider publishes it."""
    jwk = RSAAlgorithm.to_jwk(RSA_KEYS[kid].public_key(), as_dict=True)
    return {**jwk, "kid": kid, "alg": "RS256", "use": "sig", **more}


def public_ec(kid: str, **more: Any) -> dict[str, Any]:
    jwk = ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
    return {**jwk, "kid": kid, "use": "sig", **more}
