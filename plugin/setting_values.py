"""How the value of a setting is read. Each raises ValueError in words that do not repeat it."""

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from modules.study.live_sessions import is_link, link_of

TRUTH = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
QUEUES = ("sqlite:///", "redis://", "rediss://", "postgresql://", "postgresql+psycopg://")


def _split(value: str) -> SplitResult:
    """Return the parts of an address. Raises ValueError, which does not repeat it."""
    try:
        parts = urlsplit(value)
        _port = parts.port  # is read, and may be wrong, only when it is asked for
    except ValueError:
        raise ValueError("is no address") from None
    return parts


def url(value: str) -> str:
    """Return a public address without what follows its host: https, or http on this machine."""
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("must be an address such as https://columna.example.org, without a path")
    if re.search(r"[\s@?#]", value):
        raise ValueError("must be an address without blanks, name, question or fragment")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError("must be https (http is for localhost only)")
    return f"{parts.scheme}://{parts.netloc}"


def urls(value: str) -> tuple[str, ...]:
    """Return public addresses, each as `url` does."""
    return tuple(url(part.strip()) for part in value.split(",") if part.strip())


def secrets(value: str) -> tuple[str, ...]:
    """Return the secrets, newest first."""
    secrets = tuple(part.strip() for part in value.split(",") if part.strip())
    if not secrets or any(len(secret) < 32 for secret in secrets):
        raise ValueError("needs at least one secret of 32 characters or more")
    return secrets


def token(value: str) -> str:
    """Return a token that cannot be guessed; empty for none."""
    if value and not re.fullmatch(r"[!-~]{32,}", value):
        raise ValueError("needs 32 characters or more, without blanks")
    return value


def database(value: str) -> str:
    """Return the address of a SQLite or PostgreSQL database."""
    try:
        backend = make_url(value).get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError("is no address of a database") from None
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("must be sqlite:///file or postgresql+psycopg://…")
    return value


def queue(value: str) -> str:
    """Return the address of the queue of the task worker."""
    parts = _split(value)
    if not value.startswith(QUEUES) or not (parts.hostname or parts.path.strip("/")):
        raise ValueError("must be sqlite:///file, redis://… or postgresql://…")
    return value


def mail_server(value: str) -> str:
    """Return the address of a mail server, smtp:// (with STARTTLS) or smtps://; empty for none."""
    parts = _split(value)
    if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("must be smtp://name:password@host:587 or smtps://…")
    return value


def mail_address(value: str) -> str:
    """Return an e-mail address; empty for none."""
    if value and not MAIL.fullmatch(value):
        raise ValueError("must be an e-mail address")
    return value


def flag(value: str) -> bool:
    """Return yes or no."""
    if value.lower() not in TRUTH:
        raise ValueError("must be yes or no")
    return TRUTH[value.lower()]


def count(value: str) -> int:
    """Return a number from 0 to 9."""
    if value not in map(str, range(10)):
        raise ValueError("must be a number from 0 to 9")
    return int(value)


def folder(value: str) -> Path | None:
    """Return an existing folder, None for none."""
    if value and ("\0" in value or not Path(value).is_dir()):
        raise ValueError("must be an existing folder")
    return Path(value) if value else None


def own_folder(value: Path) -> Path:
    """Return a folder that the tool makes itself when it needs it."""
    if value == Path() or "\0" in str(value) or (value.exists() and not value.is_dir()):
        raise ValueError("must be a folder, or a place for one")
    return value


def link_template(value: str) -> str:
    """Return the address of live sessions, in which {room} becomes a random name."""
    if value and not is_link(link_of(value, "room")):
        raise ValueError("must be an https address; {room} in it becomes a random name")
    return value


def media_store(value: str) -> str:
    """Return a folder, or a bucket of S3-compatible storage."""
    if not value or (value.startswith("s3://") and not _split(value).netloc):
        raise ValueError("must be a folder, or s3://bucket/folder")
    return value


def endpoint(value: str) -> str:
    """Return the address of the storage, empty for Amazon's."""
    parts = _split(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be an address such as https://s3.example.org")
    return value
