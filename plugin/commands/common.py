"""What commands share: the tool they work on, and how a fault is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from modules.errors import CourseError, FileFaults
from plugin import logs
from plugin.settings import Settings, SettingsFault, load
from plugin.tool import Tool, build


@contextmanager
def plain_faults() -> Iterator[None]:
    """Turn the faults a person can mend into one message instead of a traceback."""
    try:
        yield
    except (SettingsFault, FileFaults) as fault:
        raise click.ClickException(str(fault)) from None
    except CourseError as fault:
        detail = str(fault)
        raise click.ClickException(f"{fault.code}{': ' + detail if detail else ''}") from None


def settings() -> Settings:
    """Return this installation's settings. Raises ClickException naming the faults."""
    with plain_faults():
        return load()


def packs_folder() -> Path | None:
    """Return the folder of text packs, None where the installation has none or is not set up."""
    try:
        return load().text_packs
    except SettingsFault:
        return None


def tool() -> Tool:
    """Return the tool of this installation's settings. Raises ClickException naming the faults."""
    logs.configure()
    with plain_faults():
        return build(load())
