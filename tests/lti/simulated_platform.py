"""A platform for tests: signs what Moodle would say, and serves its keys well or badly."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER, INSTRUCTOR = MEMBERSHIP + "Learner", MEMBERSHIP + "Instructor"


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""Given as a claim, header or field: leave it out."""


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the key of that name; making one takes long enough to make it once."""
    return rsa.generate_private_key(65537, bits)


def public_jwk(key: rsa.RSAPrivateKey, kid: str, **changes: Any) -> dict[str, Any]:
    """Return the public half as Moodle publishes it."""
    jwk = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    numbers = {"kty": "RSA", "n": jwk["n"], "e": jwk["e"]}
    return present({**numbers, "alg": "RS256", "use": "sig", "kid": kid, **changes})


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are `ABSENT`."""
    return {name: value for name, value in values.items() if value is not ABSENT}


class Moodle:
    """One registration on a Moodle: what it says, and the key it says it with."""

    def __init__(
        self,
        server: "KeyServer",
        *,
        issuer: str = "http://moodle.example",
        client_id: str = "columna",
        key: str = "moodle",
        path: str = "/certs.php",
    ) -> None:
        self.server, self.path = server, path
        self.issuer, self.client_id = issuer, client_id
        self.key, self.kid = rsa_key(key), f"{key}-1"
        self.publish()

    @property
    def jwks_url(self) -> str:
        """Where the keys are."""
        return self.server.url + self.path

    def publish(self, *more: dict[str, Any], **changes: Any) -> None:
        """Publish the key in use, with changes to its JWK, and more."""
        self.server.publish(self.path, public_jwk(self.key, self.kid, **changes), *more)

    def rotate(self, name: str) -> None:
        """Sign with a new key from now on, and publish it."""
        self.key, self.kid = rsa_key(name), f"{name}-1"
        self.publish()

    def claims(self, nonce: str, now: float, target: str, /, **changes: Any) -> dict[str, Any]:
        """Return the claims of a resource launch of a patient; `changes` by full or short name."""
        said = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "101",
            "iat": int(now),
            "exp": int(now) + 60,
            "nonce": nonce,
            "name": "Persona sintética 01",
            CLAIM + "version": "1.3.0",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "deployment_id": "1",
            CLAIM + "target_link_uri": target,
            CLAIM + "roles": [LEARNER],
            CLAIM + "resource_link": {"id": "7", "title": "Columna"},
            CLAIM + "context": {"id": "2", "title": "Lumbar", "type": ["CourseSection"]},
            CLAIM + "custom": {"module": "education", "lost": "$ResourceLink.id.history"},
            CLAIM + "launch_presentation": {
                "locale": "es_mx",
                "document_target": "iframe",
                "return_url": f"{self.issuer}/mod/lti/return.php?sesskey=geheim",
            },
            CLAIM + "tool_platform": {"guid": "g", "product_family_code": "moodle"},
        }
        long = {CLAIM + name for name in LTI_NAMES}
        for name, value in changes.items():
            said[CLAIM + name if CLAIM + name in long else name] = value
        return present(said)

    def deep_claims(self, nonce: str, now: float, target: str, /, **changes: Any) -> dict[str, Any]:
        """Return the claims of a deep-linking request of a teacher."""
        settings = {
            "deep_link_return_url": f"{self.issuer}/mod/lti/contentitem_return.php?sesskey=geheim",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_multiple": True,
        }
        return self.claims(
            nonce,
            now,
            target,
            **{
                "message_type": "LtiDeepLinkingRequest",
                "resource_link": ABSENT,
                "roles": [INSTRUCTOR],
                SETTINGS: settings,
                **changes,
            },
        )

    def sign(
        self,
        claims: Mapping[str, Any],
        *,
        headers: Mapping[str, Any] | None = None,
        key: rsa.RSAPrivateKey | None = None,
        algorithm: str = "RS256",
    ) -> str:
        """Sign claims, whatever they are."""
        head = present({"typ": "JWT", "alg": algorithm, "kid": self.kid, **(headers or {})})
        signed = f"{_part(head)}.{_part(claims)}"
        digest = jwt.get_algorithm_by_name(algorithm)
        return f"{signed}.{_base64(digest.sign(signed.encode(), key or self.key))}"

    def sign_with_public_key(self, claims: Mapping[str, Any]) -> str:
        """Sign with HMAC and our public PEM as the secret: the classic confusion of algorithms."""
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signed = f"{_part({'typ': 'JWT', 'alg': 'HS256', 'kid': self.kid})}.{_part(claims)}"
        return f"{signed}.{_base64(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"


LTI_NAMES = (
    "version",
    "message_type",
    "deployment_id",
    "target_link_uri",
    "roles",
    "resource_link",
    "context",
    "custom",
    "launch_presentation",
    "tool_platform",
)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _part(value: Any) -> str:
    return _base64(json.dumps(value).encode())


def unsigned(claims: Mapping[str, Any], kid: str) -> str:
    """Return a token with `alg: none`."""
    return f"{_part({'typ': 'JWT', 'alg': 'none', 'kid': kid})}.{_part(claims)}."


def tampered(token: str, **changes: Any) -> str:
    """Change claims after signing."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{head}.{_part({**claims, **changes})}.{signature}"


class KeyServer:
    """Key sets on loopback. `mode` is how it behaves; `hits` are the paths that were asked for."""

    def __init__(self) -> None:
        self._released = threading.Event()
        self.reset()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.hits.append(self.path)
                server.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def reset(self) -> None:
        """Behave, and forget what was asked."""
        self._released.clear()
        self.hits: list[str] = []
        self.modes: dict[str, str] = {}
        self.location = ""
        self._sets: dict[str, list[dict[str, Any]]] = {}

    def publish(self, path: str, *keys: dict[str, Any]) -> None:
        """Serve these keys at a path."""
        self._sets[path] = list(keys)

    def misbehave(self, mode: str, path: str = "/certs.php") -> None:
        """Answer `500`, `html`, `empty`, `huge`, `drip`, `redirect` (to `location`), or `hang`."""
        self.modes[path] = mode

    def release(self) -> None:
        """Let go of whoever hangs."""
        self._released.set()

    def stop(self) -> None:
        """End."""
        self.release()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        mode = self.modes.get(request.path, "")
        body = json.dumps({"keys": self._sets.get(request.path, [])}).encode()
        if mode == "hang":
            self._released.wait()
            return
        if mode == "redirect":
            request.send_response(302)
            request.send_header("Location", self.location)
            request.end_headers()
            return
        odd = {"html": b"<h1>Hello</h1>", "empty": b"", "huge": b" " * 1_000_001 + body}
        body = odd.get(mode, body)
        request.send_response(500 if mode == "500" else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if mode == "drip":
            for letter in body:
                if self._released.is_set():
                    return
                request.wfile.write(bytes([letter]))
                time.sleep(0.2)
            return
        request.wfile.write(body)
