"""columna content: checking the course's content."""

import sys
from pathlib import Path

import click

from modules.course import content as course_content

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Check the course's texts and films."""


@content.command("check")
@click.option("--folder", type=FOLDER, help="A clinic's own content; otherwise the shipped one.")
def check(folder: Path | None) -> None:
    """Name file, line and fault of everything that is wrong or missing."""
    faults = course_content.check(folder)
    for fault in faults:
        click.echo(str(fault))
    click.echo(f"Faults: {len(faults)}." if faults else "Everything is in place.")
    sys.exit(1 if any(fault.serious for fault in faults) else 0)
