"""columna export: blinded files from the shell."""

from pathlib import Path

import click
from rich.progress import Progress

from exports.audiences import AUDIENCES
from exports.formats import FORMATS
from exports.service import Order, make_export
from plugin import exporting
from plugin.commands import common


@click.command()
@click.option("--study", "study_key", required=True, help="Key of the study.")
@click.option(
    "--audience",
    type=click.Choice(sorted(AUDIENCES)),
    required=True,
    help="For whom: decides what the file may hold.",
)
@click.option("--format", "format_key", type=click.Choice(sorted(FORMATS)), required=True)
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="File to write, or a folder."
)
def export(study_key: str, audience: str, format_key: str, language: str, out: Path) -> None:
    """Write a blinded file of a study: CSV (zipped) or PDF."""
    tool = common.tool()
    with Progress(transient=True) as bar, common.plain_faults():
        task = bar.add_task("Exporting", total=None)
        made = make_export(
            tool.database,
            Order(study_key, audience, format_key, language),
            exporting.ground(tool),
            tool.now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    path = out / made.filename if out.is_dir() else out
    path.write_bytes(made.content)
    click.echo(f"{path}\nSHA-256 {made.sha256}")
