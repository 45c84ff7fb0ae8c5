"""Sending mail: the one door to SMTP. Nothing clinical goes through it."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from plugin.settings import Settings

PATIENCE_SECONDS = 20
FAULTS = (smtplib.SMTPException, OSError)
"""What a server that is away, refuses or breaks off raises."""


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Open a connection to the mail server. Raises one of `FAULTS`.

    A password leaves this machine encrypted or not at all.
    """
    parts = urlsplit(settings.mail_server)
    host, context = str(parts.hostname), ssl.create_default_context()
    if parts.scheme == "smtps":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=PATIENCE_SECONDS, context=context
        )
    else:
        opened = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE_SECONDS)
    with opened as server:
        here = settings.allow_loopback and host in ("localhost", "127.0.0.1")
        if parts.scheme == "smtp" and not here:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def send(server: smtplib.SMTP, sender: str, to: str, subject: str, words: str) -> None:
    """Send one message. Raises one of `FAULTS`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(words)
    server.send_message(message)
