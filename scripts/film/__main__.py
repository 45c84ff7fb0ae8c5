"""make film: draw the exercise clips and lesson films anew; what has not changed is left alone."""

from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from modules.course import content
from modules.errors import CourseError
from scripts.film.render import contact_sheet, film_keys, render
from scripts.film.script import load_exercises

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PICTURE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--folder", type=FOLDER, help="A clinic's own content; otherwise the shipped one.")
@click.option("--only", multiple=True, help="Key of one exercise or module; may be repeated.")
@click.option("--sheet", type=PICTURE, help="Only write a PNG: two poses of every exercise.")
def main(folder: Path | None, only: tuple[str, ...], sheet: Path | None) -> None:
    """Draw the exercise clips and lesson films anew; what has not changed is left alone."""
    root = folder or content.shipped()
    try:
        if sheet:
            contact_sheet(sheet, root)
            click.echo(f"Written: {sheet}")
        else:
            _refuse_unknown(only, root)
            _draw(root, set(only) or None)
    except CourseError as fault:
        raise click.ClickException(f"{fault.code}: {fault}") from None


def _draw(root: Path, only: set[str] | None) -> None:
    drawn: list[str] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar:
        task = bar.add_task("Looking for changes", total=None)

        def show(done: int, total: int, name: str) -> None:
            drawn.extend([name] if name else [])
            bar.update(task, completed=done, total=total, description=name or "Drawing")

        render(root, root / "media", only=only, progress=show)
    click.echo(f"Videos drawn: {len(drawn)}." if drawn else "Nothing had changed.")


def _refuse_unknown(only: tuple[str, ...], root: Path) -> None:
    known = {*load_exercises(root / "exercises.yaml"), *film_keys(root)}
    if unknown := sorted(set(only) - known):
        raise click.BadParameter(f"no exercise and no module is called {', '.join(unknown)}")


if __name__ == "__main__":
    main()
