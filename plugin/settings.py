"""Settings are data: name, reader, default and note in one table, from the environment or one file.

`load()` reports every missing or wrong one at once, by name and never by value.
docs/settings.md lists the same table; a test compares them.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from modules.study.live_sessions import is_link, link_of
from notifications.channels import CHANNELS

FILE_VARIABLE = "COLUMNA_SETTINGS"


class SettingsFault(Exception):
    """Start-up is refused: `faults` maps the name of each setting to what is wrong with it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        lines = [f"  {name}: {reason}" for name, reason in sorted(faults.items())]
        super().__init__("these settings are missing or wrong:\n" + "\n".join(lines))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Setting:
    """One setting. `default` None means it must be given; `""` means it may stay empty."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: str | None
    example: str
    note: str


def _text(value: str) -> str:
    return value.strip()


def _url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError("must be an address such as https://columna.example.org, without a path")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError("must be https (http is for localhost only)")
    return f"{parts.scheme}://{parts.netloc}"


def _secrets(value: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in value.split(",") if part.strip())
    if not secrets or any(len(secret) < 32 for secret in secrets):
        raise ValueError("needs at least one secret of 32 characters or more")
    return secrets


def _flag(value: str) -> bool:
    if value.strip().lower() not in ("", "0", "1", "no", "yes", "false", "true"):
        raise ValueError("must be yes or no")
    return value.strip().lower() in ("1", "yes", "true")


def _count(value: str) -> int:
    if value.strip() not in map(str, range(10)):
        raise ValueError("must be a number from 0 to 9")
    return int(value)


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.strip() not in allowed:
            raise ValueError(f"must be one of: {', '.join(allowed)}")
        return value.strip()

    return read


def _folder(value: str) -> Path | None:
    if not value.strip():
        return None
    if not Path(value).is_dir():
        raise ValueError("must be an existing folder")
    return Path(value)


def _link_template(value: str) -> str:
    if value.strip() and not is_link(link_of(value.strip(), "room")):
        raise ValueError("must be an https address; {room} in it becomes a random name")
    return value.strip()


def _media_store(value: str) -> str:
    named = value.strip()
    if not named or (named.startswith("s3://") and not urlsplit(named).netloc):
        raise ValueError("must be a folder, or s3://bucket/folder")
    return named


OWN_SETTINGS = (
    Setting(
        "COLUMNA_PUBLIC_URL",
        "public_url",
        _url,
        None,
        "https://columna.example.org",
        "Address under which browsers and Moodle reach the tool. No path.",
    ),
    Setting(
        "COLUMNA_SECRETS",
        "secrets",
        _secrets,
        None,
        "(output of `openssl rand -hex 32`)",
        "Secrets that encrypt names and telephone numbers, newest first, separated by commas. "
        "Losing them loses these data.",
    ),
    Setting(
        "COLUMNA_DATABASE_URL",
        "database_url",
        _text,
        "sqlite:///var/columna.sqlite3",
        "postgresql+psycopg://columna@db/columna",
        "Database: a SQLite file, or PostgreSQL when the clinic grows.",
    ),
    Setting(
        "COLUMNA_TASKS_URL",
        "tasks_url",
        _text,
        "sqlite:///var/tasks.sqlite3",
        "redis://localhost:6379/0",
        "Queue of the task worker: a SQLite file, redis:// or postgresql://.",
    ),
    Setting(
        "COLUMNA_CHANNEL",
        "channel",
        _choice(*CHANNELS),
        "console",
        "whatsapp",
        "How reminders are sent: console (kept on this machine, for trying out) or whatsapp.",
    ),
    Setting(
        "COLUMNA_CLINIC_NAME",
        "clinic_name",
        _text,
        "",
        "Clínica de la Espalda",
        "Name of the clinic, shown to patients.",
    ),
    Setting(
        "COLUMNA_CLINIC_PHONE",
        "clinic_phone",
        _text,
        "",
        "+52 55 0000 0000",
        "Telephone of the clinic on the warning-sign page.",
    ),
    Setting(
        "COLUMNA_EMERGENCY_PHONE",
        "emergency_phone",
        _text,
        "911",
        "911",
        "Emergency number on the warning-sign page; check it for your country.",
    ),
    Setting(
        "COLUMNA_SESSION_LINK",
        "session_link",
        _link_template,
        "",
        "https://meet.example.org/columna-{room}",
        "Address of a new live session; {room} becomes a random name. Empty: staff write the link.",
    ),
    Setting(
        "COLUMNA_MEDIA_STORE",
        "media_store",
        _media_store,
        "var/media",
        "s3://columna-media/clinic",
        "Where the clinic's own videos are kept: a folder, or a bucket of S3-compatible storage.",
    ),
    Setting(
        "COLUMNA_MEDIA_ENDPOINT",
        "media_endpoint",
        _text,
        "",
        "https://s3.example.org",
        "Address of the S3-compatible storage; empty: Amazon's. Keys come from AWS_ACCESS_KEY_ID "
        "and AWS_SECRET_ACCESS_KEY.",
    ),
    Setting(
        "COLUMNA_MEDIA_PRESIGNED",
        "media_presigned",
        _flag,
        "no",
        "yes",
        "Whether browsers fetch own videos from the storage itself, by links that last an hour.",
    ),
    Setting(
        "COLUMNA_PROTOCOLS",
        "protocols",
        _folder,
        "",
        "/etc/columna/protocols",
        "Folder with the clinic's own protocol files; empty: the shipped ones.",
    ),
    Setting(
        "COLUMNA_CONTENT",
        "content",
        _folder,
        "",
        "/etc/columna/content",
        "Folder with the clinic's own course content; empty: the shipped one.",
    ),
    Setting(
        "COLUMNA_TEXT_PACKS",
        "text_packs",
        _folder,
        "",
        "/etc/columna/text-packs",
        "Folder with licensed questionnaire wordings (text packs); empty: own wording only.",
    ),
    Setting(
        "COLUMNA_ACCEL_PREFIX",
        "accel_prefix",
        _text,
        "",
        "/protected-media",
        "Internal location when nginx serves the videos (X-Accel-Redirect); empty: the tool does.",
    ),
    Setting(
        "COLUMNA_ONE_PERSON_PER_BROWSER",
        "one_person_per_browser",
        _flag,
        "yes",
        "yes",
        "Whether a launch ends what the same browser holds of somebody else (shared tablets).",
    ),
    Setting(
        "COLUMNA_TRUSTED_PROXIES",
        "trusted_proxies",
        _count,
        "0",
        "1",
        "How many proxies of yours stand in front, each adding to X-Forwarded-For: whose address "
        "logins are counted by. Too many lets a visitor invent one.",
    ),
    Setting(
        "COLUMNA_ALLOW_LOOPBACK",
        "allow_loopback",
        _flag,
        "no",
        "no",
        "Lets the tool call platforms on this machine. For development and the demo only.",
    ),
)

CHANNEL_SETTINGS = tuple(
    Setting(need.name, need.field, _text, "", need.example, need.note)
    for channel in CHANNELS.values()
    for need in channel.needs
)
"""The channels' own, from their files; `Settings.of_channels` holds them."""

SETTINGS = OWN_SETTINGS + CHANNEL_SETTINGS


@dataclass(frozen=True)
class Settings:
    """All settings of one installation; the fields are explained in SETTINGS."""

    public_url: str
    secrets: tuple[str, ...]
    database_url: str
    tasks_url: str
    channel: str
    clinic_name: str
    clinic_phone: str
    emergency_phone: str
    session_link: str
    media_store: str
    media_endpoint: str
    media_presigned: bool
    protocols: Path | None
    content: Path | None
    text_packs: Path | None
    accel_prefix: str
    one_person_per_browser: bool
    trusted_proxies: int
    allow_loopback: bool
    of_channels: Mapping[str, str]
    """By the field name of each channel's own setting."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Raises SettingsFault naming every missing or wrong one."""
    given = dict(os.environ if environ is None else environ)
    if path := given.get(FILE_VARIABLE):
        given = {**_read_file(path), **given}
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for setting in SETTINGS:
        raw = given.get(setting.name, setting.default)
        if raw is None:
            faults[setting.name] = "is missing"
            continue
        try:
            values[setting.field] = setting.read(raw)
        except ValueError as error:
            faults[setting.name] = str(error)
    values["of_channels"] = {each.field: values.pop(each.field) for each in CHANNEL_SETTINGS}
    if channel := CHANNELS.get(values.get("channel", "")):
        for need in channel.needs:
            if need.required and not values["of_channels"][need.field]:
                faults[need.name] = f"is needed to send by {channel.key}"
    if values.get("media_presigned") and not values.get("media_endpoint"):
        faults["COLUMNA_MEDIA_ENDPOINT"] = "is needed for presigned links"
    if faults:
        raise SettingsFault(faults)
    return Settings(**values)


def _read_file(path: str) -> dict[str, str]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsFault({FILE_VARIABLE: "names a file that cannot be read"}) from error
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip('"') for name, value in pairs}
