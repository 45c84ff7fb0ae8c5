"""Settings: each is declared once, as a field, and read from the environment or from one file.

`load()` reports every missing or wrong one at once, by name and never by value. What a channel
needs, its own file declares (`notifications.channel.ChannelSetting`). docs/settings.md lists the
same; a test compares them.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    create_model,
    field_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, SettingsConfigDict

from notifications.channel import ChannelSetting
from notifications.channels import CHANNELS
from plugin import setting_values as values

FILE_VARIABLE = "COLUMNA_SETTINGS"


class SettingsFault(Exception):
    """Start-up is refused: `faults` maps the name of each setting to what is wrong with it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        lines = [f"  {name}: {reason}" for name, reason in sorted(faults.items())]
        super().__init__("these settings are missing or wrong:\n" + "\n".join(lines))
        self.faults = dict(faults)


def _channel(value: str) -> str:
    if value not in CHANNELS:
        raise ValueError(f"must be one of: {', '.join(CHANNELS)}")
    return value


Flag = Annotated[bool, BeforeValidator(values.flag)]
Folder = Annotated[Path | None, BeforeValidator(values.folder)]


def _setting(note: str, example: str, default: Any = ..., *, secret: bool = False) -> Any:
    """Declare a setting. Without `default` it must be given; `""` means it may stay empty."""
    return Field(default, description=note, examples=[example], repr=not secret)


def variable_of(field: str) -> str:
    """Return the name under which a setting of the tool's own is given."""
    return f"COLUMNA_{field.upper()}"


class _SettingsModel(BaseSettings):
    """How settings are read, the tool's and the channels' alike."""

    model_config = SettingsConfigDict(
        alias_generator=variable_of,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_written(cls, value: str) -> str:
        """Refuse bytes of the environment that are no text: they would fail on a page."""
        if any(0xD800 <= ord(sign) < 0xE000 for sign in value):
            raise ValueError("is no text in UTF-8")
        return value


class ToolSettings(_SettingsModel):
    """The settings of the tool itself."""

    public_url: Annotated[str, AfterValidator(values.url)] = _setting(
        "Address under which browsers and Moodle reach the tool. No path.",
        "https://columna.example.org",
    )
    former_urls: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.urls)] = _setting(
        "Addresses the tool had before, separated by commas: activities and links made then go on "
        "working (`columna platform move`).",
        "https://rehab.example.org",
        "",
    )
    secrets: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.secrets)] = _setting(
        "Secrets that encrypt names and telephone numbers, newest first, separated by commas. "
        "Losing them loses these data.",
        "(output of `openssl rand -hex 32`)",
        secret=True,
    )
    database_url: Annotated[str, AfterValidator(values.database)] = _setting(
        "Database: a SQLite file, or PostgreSQL when the clinic grows.",
        "postgresql+psycopg://columna@db/columna",
        "sqlite:///var/columna.sqlite3",
        secret=True,
    )
    tasks_url: Annotated[str, AfterValidator(values.queue)] = _setting(
        "Queue of the task worker: a SQLite file, redis:// or postgresql://.",
        "redis://localhost:6379/0",
        "sqlite:///var/tasks.sqlite3",
        secret=True,
    )
    channel: Annotated[str, AfterValidator(_channel)] = _setting(
        "How reminders are sent; console keeps them on this machine, for trying out.",
        "whatsapp",
        "console",
    )
    clinic_name: str = _setting(
        "Name of the clinic, shown to patients.", "Clínica de la Espalda", ""
    )
    clinic_phone: str = _setting(
        "Telephone of the clinic on the warning-sign page.", "+52 55 0000 0000", ""
    )
    emergency_phone: str = _setting(
        "Emergency number on the warning-sign page; check it for your country.", "911", "911"
    )
    mail_server: Annotated[str, AfterValidator(values.mail_server)] = _setting(
        "Mail server by which the team is told that an alert waits: smtp:// (with STARTTLS) or "
        "smtps://. Empty: alerts are seen only by who opens the tool.",
        "smtp://columna:password@mail.example.org:587",
        "",
        secret=True,
    )
    mail_from: Annotated[str, AfterValidator(values.mail_address)] = _setting(
        "Address from which these mails come.", "columna@example.org", ""
    )
    session_link: Annotated[str, AfterValidator(values.link_template)] = _setting(
        "Address of a new live session; {room} becomes a random name. Empty: staff write the link.",
        "https://meet.example.org/columna-{room}",
        "",
    )
    media_store: Annotated[str, AfterValidator(values.media_store)] = _setting(
        "Where the clinic's own videos are kept: a folder, or a bucket of S3-compatible storage.",
        "s3://columna-media/clinic",
        "var/media",
    )
    media_endpoint: Annotated[str, AfterValidator(values.endpoint)] = _setting(
        "Address of the S3-compatible storage; empty: Amazon's. Keys come from AWS_ACCESS_KEY_ID "
        "and AWS_SECRET_ACCESS_KEY.",
        "https://s3.example.org",
        "",
    )
    media_presigned: Flag = _setting(
        "Whether browsers fetch own videos from the storage itself, by links that last an hour.",
        "yes",
        "no",
    )
    protocols: Folder = _setting(
        "Folder with the clinic's own protocol files; empty: the shipped ones.",
        "/etc/columna/protocols",
        "",
    )
    content: Folder = _setting(
        "Folder with the clinic's own course content; empty: the shipped one.",
        "/etc/columna/content",
        "",
    )
    text_packs: Annotated[Path, AfterValidator(values.own_folder)] = _setting(
        "Folder in which the tool keeps licensed questionnaire wordings (text packs).",
        "/var/lib/columna/text-packs",
        "var/text-packs",
    )
    accel_prefix: str = _setting(
        "Internal location when nginx serves the videos (X-Accel-Redirect); empty: the tool does.",
        "/protected-media",
        "",
    )
    one_person_per_browser: Flag = _setting(
        "Whether a launch ends what the same browser holds of somebody else (shared tablets).",
        "yes",
        "yes",
    )
    trusted_proxies: Annotated[int, BeforeValidator(values.count)] = _setting(
        "How many proxies of yours stand in front, each adding to X-Forwarded-For: whose address "
        "logins are counted by. Too many lets a visitor invent one.",
        "1",
        "0",
    )
    metrics_token: Annotated[str, AfterValidator(values.token)] = _setting(
        "Token with which Prometheus asks for /metrics (as a bearer token); empty: there is no "
        "such page.",
        "(output of `openssl rand -hex 32`)",
        "",
        secret=True,
    )
    allow_loopback: Flag = _setting(
        "Lets the tool call platforms on this machine. For development and the demo only.",
        "no",
        "no",
    )


def _in_shape(setting: ChannelSetting, value: str) -> str:
    fault = setting.fault(value)
    if fault:
        raise ValueError(fault)
    return value


class Settings(ToolSettings):
    """All settings of one installation."""

    of_channels: Mapping[str, str] = Field(repr=False)
    """Those that the channels declare, by `ChannelSetting.field`."""


def _fields_of_channels() -> dict[str, Any]:
    """Return what the channels declare and the tool does not, as fields of a model."""
    return {
        each.field: (
            Annotated[str, AfterValidator(partial(_in_shape, each))],
            Field(
                "",
                alias=each.name,
                description=each.note,
                examples=[each.example],
                repr=not each.secret,
            ),
        )
        for channel in CHANNELS.values()
        for each in channel.needs
        if each.field not in ToolSettings.model_fields
    }


ChannelSettings = create_model("ChannelSettings", __base__=_SettingsModel, **_fields_of_channels())


@dataclass(frozen=True)
class Setting:
    """One setting as the list of settings shows it. `default` None means it must be given."""

    name: str
    default: str | None
    example: str
    note: str


SETTINGS = tuple(
    Setting(
        str(field.alias),
        None if field.is_required() else field.default,
        (field.examples or [""])[0],
        field.description or "",
    )
    for model in (ToolSettings, ChannelSettings)
    for field in model.model_fields.values()
)


class _Variables(EnvSettingsSource):
    """The variables given, in place of the process's own environment."""

    def __init__(self, model: type[BaseSettings], given: Mapping[str, str]) -> None:
        super().__init__(model, case_sensitive=True)
        self.env_vars = given


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Raises SettingsFault naming every missing or wrong one."""
    given = dict(os.environ if environ is None else environ)
    faults: dict[str, str] = {}
    if path := given.get(FILE_VARIABLE):
        try:
            given = {**_read_file(path), **given}
        except ValueError as error:
            faults[FILE_VARIABLE] = str(error)
    given = {name: value.strip() for name, value in given.items()}
    faults |= _faults_together(given)
    own = _read(ToolSettings, given, faults)
    channels = _read(ChannelSettings, given, faults)
    if faults:
        raise SettingsFault(faults)
    return Settings.model_construct(**own, of_channels=channels)


def _read(
    model: type[_SettingsModel], given: Mapping[str, str], faults: dict[str, str]
) -> dict[str, Any]:
    """Return the values of one model; what cannot be read is added to `faults`."""
    try:
        return vars(model(_build_sources=((_Variables(model, given),), {})))
    except ValidationError as error:
        faults |= {str(each["loc"][0]): _reason(each) for each in error.errors()}
        return {}


def _faults_together(given: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with settings only because of another one."""
    chosen = given.get("COLUMNA_CHANNEL", ToolSettings.model_fields["channel"].default)
    needs = CHANNELS[chosen].needs if chosen in CHANNELS else ()
    faults = {
        each.name: fault
        for each in needs
        if (fault := each.fault(given.get(each.name, ""), sending=True))
    }
    if bool(given.get("COLUMNA_MAIL_SERVER")) != bool(given.get("COLUMNA_MAIL_FROM")):
        missing = "FROM" if given.get("COLUMNA_MAIL_SERVER") else "SERVER"
        faults[f"COLUMNA_MAIL_{missing}"] = "is needed to send mail"
    presigned = values.TRUTH.get(given.get("COLUMNA_MEDIA_PRESIGNED", "").lower(), False)
    if presigned and not given.get("COLUMNA_MEDIA_ENDPOINT"):
        faults["COLUMNA_MEDIA_ENDPOINT"] = "is needed for presigned links"
    return faults


def _reason(error: Mapping[str, Any]) -> str:
    """Return the words for one fault; none repeats what was given."""
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return "cannot be read"


def _read_file(path: str) -> dict[str, str]:
    """Return the lines `NAME=value` of a file. Raises ValueError saying what else it holds."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise ValueError("names a file that cannot be read as text") from None
    written = {n: line for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"}
    strange = [str(n) for n, line in written.items() if not re.match(r"\s*\w+\s*=", line)]
    if strange:
        raise ValueError(f"names a file whose lines are not all NAME=value: {', '.join(strange)}")
    pairs = (line.split("=", 1) for line in written.values())
    return {name.strip(): value.strip().strip('"') for name, value in pairs}
