"""columna content: checking the course's content."""

import sys
from pathlib import Path

import click

from modules.course import content as course_content
from modules.course import plan_check
from modules.study import protocol

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Check the course's texts and films."""


@content.command("check")
@click.option("--folder", type=FOLDER, help="A clinic's own content; otherwise the shipped one.")
def check(folder: Path | None) -> None:
    """Name file, line and fault of everything that is wrong or missing, and every broken promise.

    The lists of the day are made for each protocol, week, direction, level and contraindication.
    """
    faults = course_content.check(folder)
    for fault in faults:
        click.echo(str(fault))
    broken = [] if any(fault.serious for fault in faults) else _broken_promises(folder)
    for line in broken:
        click.echo(line)
    number = len(faults) + len(broken)
    click.echo(f"Faults: {number}." if number else "Everything is in place.")
    sys.exit(1 if broken or any(fault.serious for fault in faults) else 0)


def _broken_promises(folder: Path | None) -> list[str]:
    curriculum = course_content.load(folder)
    return [
        f"{key}: {breach}"
        for key, each in protocol.load().items()
        for breach in plan_check.breaches(curriculum, each)
    ]
