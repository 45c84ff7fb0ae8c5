"""A demo LMS of three people, a tool key and a browser."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, jsonify
from flask.testing import FlaskClient

from plugin.demo.lms import CourseRole, Person, create_platform, demo_config
from plugin.demo.lms.site import Site
from tests.plugin.demo.lms.transport import session_for

LMS = "http://127.0.0.1:8100"
TOOL = "http://localhost:8000"
PEOPLE = (
    Person("101", "Persona sintética 01", CourseRole.STUDENT),
    Person("102", "Persona sintética 02", CourseRole.STUDENT, language="en"),
    Person("11", "Personal sintético 01", CourseRole.TEACHER),
    Person("21", "Evaluación sintética 01", CourseRole.NON_EDITING_TEACHER),
    Person("2", "Administración sintética", CourseRole.ADMIN),
)


@pytest.fixture(scope="session")
def platform_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class ToolKey:
    """The key of an imaginary tool, with what it signs."""

    private: rsa.RSAPrivateKey
    kid: str = "tool-key"

    def app(self) -> Flask:
        """Return an application that publishes the key set."""
        app = Flask("imaginary_tool")
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        app.add_url_rule("/lti/jwks", "jwks", lambda: jsonify(keys=[{**public, "kid": self.kid}]))
        return app

    def assertion(self, **changes: Any) -> str:
        """Return a client assertion; a claim changed to None is left out."""
        now = int(time.time())
        claims = {
            "iss": "columna-demo",
            "sub": "columna-demo",
            "aud": f"{LMS}/mod/lti/token.php",
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
        }
        kept = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(kept, self.private, "RS256", headers={"kid": self.kid})


@pytest.fixture(scope="session")
def tool_key() -> ToolKey:
    return ToolKey(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def platform(platform_key: rsa.RSAPrivateKey, tool_key: ToolKey) -> Flask:
    config = demo_config(LMS, TOOL, people=PEOPLE, private_key=platform_key)
    return create_platform(config, session_for({TOOL: tool_key.app()}))


@pytest.fixture
def site(platform: Flask) -> Site:
    return platform.extensions["lms"]


@pytest.fixture
def browser(platform: Flask) -> Iterator[FlaskClient]:
    with platform.test_client() as client:
        yield client


@pytest.fixture
def token(platform: Flask, tool_key: ToolKey) -> Callable[..., dict[str, str]]:
    """Return a function that gets the Authorization header for some scopes."""

    def ask(*scopes: str) -> dict[str, str]:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": tool_key.assertion(),
            "scope": " ".join(scopes),
        }
        answer = platform.test_client().post("/mod/lti/token.php", data=form)
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    return ask
