"""A platform made of Open edX's LTI consumer, run by the interpreter of its own environment.

Nothing of the project is imported here, and the project imports nothing of this: both speak HTTP.

    GET  /start?user=&role=&kind=   the address of the login request for one launch
    GET  /auth?…                    what the platform posts to the tool, as JSON
    GET  /jwks                      its key set
    POST /token                     access tokens for signed assertions
    POST /deep-link                 the answer to a content selection
    GET  /members                   a course of two, for whoever has a token
"""

import json
import logging
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings

settings.configure(
    PLATFORM_NAME="Open edX",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=[],
    SECRET_KEY="tests only",
)
django.setup()

from cryptography.hazmat.primitives import serialization  # noqa: E402 - Django comes first
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer  # noqa: E402
from lti_consumer.lti_1p3.exceptions import Lti1p3Exception  # noqa: E402

ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MEMBERS = [
    {"user_id": "learner-1", "roles": ["Learner"], "status": "Active", "name": "Persona 1"},
    {"user_id": "teacher-1", "roles": ["Instructor"], "status": "Active", "name": "Personal 1"},
]


def make_key():
    """Return a new private key as PEM."""
    return (
        rsa.generate_private_key(65537, 2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


class Lms:
    """The consumer with what it needs for one tool and one course."""

    def __init__(self, own, tool):
        self.own, self.tool, self.key, self.known = own, tool, make_key(), {}

    def consumer(self):
        """Return a consumer that has said nothing yet."""
        made = LtiAdvantageConsumer(
            iss=self.own,
            lti_oidc_url=f"{self.tool}/lti/login",
            lti_launch_url=f"{self.tool}/lti/launch",
            client_id="edx",
            deployment_id="1",
            rsa_key=self.key,
            rsa_key_id="edx-1",
            redirect_uris=[f"{self.tool}/lti/launch"],
            tool_keyset_url=f"{self.tool}/lti/jwks",
        )
        made.enable_nrps(f"{self.own}/members")
        made.enable_deep_linking(f"{self.tool}/lti/launch", f"{self.own}/deep-link")
        return made

    def start(self, user, role, kind):
        """Begin a launch."""
        data = Lti1p3LaunchData(
            user_id=user,
            user_role=role,
            config_id="1",
            resource_link_id="unit-1",
            message_type=kind,
            context_id="course-v1:demo",
        )
        url = self.consumer().prepare_preflight_url(data)
        self.known[parse_qs(urlsplit(url).query)["lti_message_hint"][0]] = (user, role)
        return {"url": url}

    def answer(self, asked):
        """Answer an authentication request as the consumer does."""
        user, role = self.known[asked["lti_message_hint"]]
        consumer = self.consumer()
        consumer.set_user_data(user, role, full_name=f"Persona {user}")
        consumer.set_resource_link_claim("unit-1", title="Columna")
        consumer.set_context_claim("course-v1:demo", context_title="Curso")
        consumer.set_launch_presentation_claim("iframe")
        consumer.set_custom_parameters({"place": "programme"})
        return consumer.generate_launch_request(asked)


class Handler(BaseHTTPRequestHandler):
    """The addresses named at the top."""

    def do_GET(self):
        """Answer what is read."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        routes = {
            "/start": lambda: lms.start(asked["user"], asked["role"], asked["kind"]),
            "/auth": lambda: lms.answer(asked),
            "/jwks": lambda: lms.consumer().get_public_keyset(),
            "/members": self.members,
        }
        self.reply(routes.get(parts.path))

    def do_POST(self):
        """Answer what is sent."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        routes = {
            "/token": lambda: lms.consumer().access_token(form),
            "/deep-link": lambda: lms.consumer().check_and_decode_deep_linking_token(form["JWT"]),
        }
        self.reply(routes.get(self.path))

    def members(self):
        """Return the course for a token that may read it."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not lms.consumer().check_token(token, [ROSTER_SCOPE]):
            raise PermissionError
        return {"id": f"{lms.own}/members", "context": {"id": "course-v1:demo"}, "members": MEMBERS}

    def reply(self, make):
        """Send what `make` returns, or what went wrong by its name."""
        try:
            status, body = (404, {}) if make is None else (200, make())
        except (Lti1p3Exception, KeyError, ValueError, PermissionError) as problem:
            status, body = 400, {"error": type(problem).__name__}
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", ROSTER if self.path == "/members" else "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_args):
        """Say nothing."""


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    port, tool_url = int(sys.argv[1]), sys.argv[2]
    lms = Lms(f"http://127.0.0.1:{port}", tool_url)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
