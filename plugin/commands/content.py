"""columna content: checking the course's content and drawing its videos."""

import importlib
import importlib.util
import sys
from pathlib import Path

import click
from rich.progress import Progress

from modules import content as course_content
from plugin.commands import common


@click.group()
def content() -> None:
    """Check the course's texts and draw its videos."""


@content.command("check")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A clinic's own content; otherwise the shipped one.",
)
def check(folder: Path | None) -> None:
    """Name file, line and fault of everything that is wrong or missing."""
    faults = course_content.check(folder)
    for fault in faults:
        click.echo(str(fault))
    click.echo(f"{len(faults)} faults." if faults else "Everything is in place.")
    sys.exit(1 if any(fault.serious for fault in faults) else 0)


@content.command("render")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A clinic's own content; otherwise the shipped one.",
)
@click.option("--only", multiple=True, help="Key of one exercise or module; may be repeated.")
def render(folder: Path | None, only: tuple[str, ...]) -> None:
    """Draw the exercise clips and lesson films anew; what has not changed is left alone."""
    root = folder or course_content.shipped()
    if importlib.util.find_spec("cairocffi") is None:
        raise click.ClickException("Drawing needs more packages: pip install 'columna[film]'")
    # The renderer needs packages that the tool itself does without.
    film = importlib.import_module("modules.film.render")
    with Progress() as bar, common.plain_faults():
        task = bar.add_task("Drawing", total=None)

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        film.render(root, root / "media", only=set(only) or None, progress=show)
