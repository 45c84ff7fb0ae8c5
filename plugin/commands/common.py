"""What commands share: the tool they work on, and how a fault is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from modules.errors import CourseError, FileFaults
from modules.records import crypto
from modules.records.db import Database
from plugin import logs
from plugin.settings import Settings, SettingsFault, load
from plugin.status import key_check
from plugin.tool import Tool, build, utc_now


@contextmanager
def plain_faults() -> Iterator[None]:
    """Turn the faults a person can mend into one message instead of a traceback."""
    try:
        yield
    except (SettingsFault, FileFaults) as fault:
        raise click.ClickException(str(fault)) from None
    except OperationalError:
        raise click.ClickException(
            "the database does not answer or takes nothing; columna doctor says more"
        ) from None
    except CourseError as fault:
        detail = str(fault)
        raise click.ClickException(f"{fault.code}{': ' + detail if detail else ''}") from None


def settings() -> Settings:
    """Return this installation's settings. Raises ClickException naming the faults."""
    with plain_faults():
        return load()


def require_secrets() -> None:
    """Compare settings and database, and keep nothing open: processes are started after this.

    Raises ClickException naming what is wrong with either.
    """
    given = settings()
    crypto.install_keyring(crypto.Keyring(given.secrets))
    database = Database(given.database_url)
    try:
        with plain_faults():
            key_check.require(database, utc_now())
    finally:
        database.dispose()


def packs_folder() -> Path | None:
    """Return the folder of text packs, None where the installation has none or is not set up."""
    try:
        return load().text_packs
    except SettingsFault:
        return None


def tool() -> Tool:
    """Return the tool of this installation's settings, whose secrets fit its database.

    Raises ClickException naming what is wrong with either.
    """
    found = tool_as_it_is()
    with plain_faults():
        key_check.require(found.database, found.now())
    return found


def tool_as_it_is() -> Tool:
    """Return the tool though its secrets may not fit. Raises ClickException naming the faults."""
    logs.configure()
    with plain_faults():
        return build(load())
