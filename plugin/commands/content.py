"""columna content: checking the course's content and drawing its videos."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from modules.course import content as course_content
from plugin.commands import common

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
SHEET = click.Path(dir_okay=False, path_type=Path)


def _of_a_clinic(command: Callable[..., Any]) -> Callable[..., Any]:
    text = "A clinic's own content; otherwise the shipped one."
    return click.option("--folder", type=FOLDER, help=text)(command)


@click.group()
def content() -> None:
    """Check the course's texts and draw its videos."""


@content.command("check")
@_of_a_clinic
def check(folder: Path | None) -> None:
    """Name file, line and fault of everything that is wrong or missing."""
    faults = course_content.check(folder)
    for fault in faults:
        click.echo(str(fault))
    click.echo(_counted(len(faults), "fault") + "." if faults else "Everything is in place.")
    sys.exit(1 if any(fault.serious for fault in faults) else 0)


@content.command("render")
@_of_a_clinic
@click.option("--only", multiple=True, help="Key of one exercise or module; may be repeated.")
def render(folder: Path | None, only: tuple[str, ...]) -> None:
    """Draw the exercise clips and lesson films anew; what has not changed is left alone."""
    root = folder or course_content.shipped()
    film = _film("render")
    drawn: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar, common.plain_faults():
        _refuse_unknown(only, root)
        task = bar.add_task("Looking for changes", total=None)

        def show(done: int, total: int, name: str) -> None:
            drawn.extend([name] if name else [])
            bar.update(task, completed=done, total=total, description=name or "Drawing")

        film.render(root, root / "media", only=set(only) or None, progress=show)
    click.echo(f"{_counted(len(drawn), 'video')} drawn." if drawn else "Nothing had changed.")


@content.command("sheet")
@_of_a_clinic
@click.argument("picture", type=SHEET)
def sheet(folder: Path | None, picture: Path) -> None:
    """Write a PNG with the start and the end pose of every exercise, for looking at."""
    with common.plain_faults():
        _film("render").contact_sheet(picture, folder)
    click.echo(f"Written: {picture}")


def _film(name: str) -> ModuleType:
    """Return a module of the renderer: it needs packages that the tool itself does without."""
    if importlib.util.find_spec("cairocffi") is None:
        raise click.ClickException("Drawing needs more packages: pip install 'columna[film]'")
    return importlib.import_module(f"modules.film.{name}")


def _refuse_unknown(only: tuple[str, ...], root: Path) -> None:
    known = {
        *_film("script").load_exercises(root / "exercises.yaml"),
        *_film("render").film_keys(root),
    }
    if unknown := sorted(set(only) - known):
        raise click.BadParameter(f"no exercise and no module is called {', '.join(unknown)}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
