"""The patients' telephones of the demonstration: what WhatsApp would have shown, and a reply.

Behind the page is the stand-in for Twilio (`service`), spoken to over HTTP by the tool's real
WhatsApp channel, with signed callbacks back to the tool.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server
from wtforms import Form, HiddenField, StringField
from wtforms.validators import DataRequired

from modules.text import Text
from notifications.kinds import KINDS
from notifications.messages import numbered_template
from plugin.demo.twilio.answers import call_of
from plugin.demo.twilio.server import post_form
from plugin.demo.twilio.service import FakeTwilio
from plugin.forms import formdata

ACCOUNT = "AC" + "0" * 32
TOKEN = "demonstration-token-of-no-account"  # noqa: S105 - belongs to no account
SENDER = "+525599999999"
LANGUAGES = ("es", "en")
TICK_S = 0.5
WORDS = {
    "title": Text("Teléfonos de demostración", "Telephones of the demonstration"),
    "lead": Text(
        "Lo que WhatsApp habría mostrado, lo más reciente primero. Nada sale de este equipo.",
        "What WhatsApp would have shown, the newest first. Nothing leaves this machine.",
    ),
    "reply": Text("Responder", "Reply"),
    "send": Text("Enviar", "Send"),
    "empty": Text("Todavía no hay mensajes", "No messages yet"),
    "why": Text(
        "Los recordatorios salen a la hora del plan. La página se actualiza sola.",
        "Reminders go out at the hour of the plan. The page refreshes itself.",
    ),
}
"""The words of the page; it stands beside the tool and has no catalogue."""


class ReplyForm(Form):
    """What somebody writes on one of the telephones."""

    number = HiddenField(validators=[DataRequired()])
    words = StringField(validators=[DataRequired()])


class Telephones:
    """The stand-in for Twilio with a page in front of it."""

    def __init__(self, port: int, tool_url: str) -> None:
        self.port = port
        self.tool_url = tool_url
        self.fake = FakeTwilio(account_sid=ACCOUNT, auth_token=TOKEN, sender=SENDER, post=post_form)
        self.templates()

    def templates(self) -> dict[str, str]:
        """Register every reminder's template; return `kind.language` -> ContentSid."""
        return {
            f"{kind}.{language}": self.fake.add_template(numbered_template(kind, language))
            for kind in KINDS
            for language in LANGUAGES
        }

    @classmethod
    def settings(cls, port: int) -> dict[str, str]:
        """Return the settings by which the tool finds this stand-in."""
        templates = cls(port, "").templates()
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_WHATSAPP_SENDER": SENDER,
            "TWILIO_TEMPLATES": ",".join(f"{name}={sid}" for name, sid in templates.items()),
            "TWILIO_API_BASE": f"http://127.0.0.1:{port}",
        }

    def app(self) -> Flask:
        """Return the page and the API as one application."""
        app = Flask("plugin", static_folder=None)
        app.add_url_rule("/", "telephones", self._page)
        app.add_url_rule("/reply", "reply", self._reply, methods=["POST"])
        for prefix in ("2010-04-01", "v1", "v2"):
            app.add_url_rule(
                f"/{prefix}/<path:rest>",
                f"api-{prefix}",
                self._api,
                methods=["GET", "POST", "DELETE"],
            )
        return app

    def _page(self) -> str:
        language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        words = {key: text.get(language) for key, text in WORDS.items()}
        shown = list(reversed(self.fake.ledger))
        return render_template("demo/telephones.html", shown=shown, words=words, language=language)

    def _reply(self) -> ResponseReturnValue:
        form = ReplyForm(formdata())
        if form.validate():
            inbound = f"{self.tool_url}/webhooks/twilio/inbound"
            self.fake.patient_writes(inbound, form.number.data, form.words.data)
        return redirect("/")

    def _api(self, rest: str) -> Response:
        body = request.get_data(as_text=True)
        target = request.full_path.rstrip("?")
        authorization = request.headers.get("Authorization", "")
        answer = self.fake.handle(call_of(request.method, target, body, authorization))
        return Response(answer.body, answer.status, dict(answer.headers))

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends, delivering and calling back meanwhile."""
        server = make_server("127.0.0.1", self.port, self.app(), threaded=True)
        ended = threading.Event()
        threads = [
            threading.Thread(target=server.serve_forever, daemon=True),
            threading.Thread(target=self._tick, args=(ended,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            server.shutdown()

    def _tick(self, ended: threading.Event) -> None:
        while not ended.wait(TICK_S):
            self.fake.tick()
