"""columna instrument, score: questionnaires for analysts and administrators."""

import sys
from pathlib import Path

import click

from modules import scoring, textpack
from modules.instruments import INSTRUMENTS
from modules.questionnaire import Instrument
from plugin.commands import common
from plugin.tool import utc_now


@click.group()
def instrument() -> None:
    """List questionnaires and handle their licensed wordings."""


@instrument.command("list")
def listing() -> None:
    """List every questionnaire: key, version, licence tier, title."""
    for key, found in INSTRUMENTS.items():
        click.echo(f"{key}\t{found.version}\t{found.licence.value}\t{found.title.en}")


@instrument.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Show one questionnaire: rights, range, direction, items by topic."""
    found = _known(key)
    click.echo(f"{found.title.en} ({found.title.es})")
    click.echo(f"version {found.version}, {found.licence.value}: {found.rights.en}")
    click.echo(f"score {found.headline}, range {found.score_range}, {found.direction.value}")
    for item in found.items:
        click.echo(f"  {item.key}\t{item.topic.en}")


@instrument.command("template")
@click.argument("key")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
def template(key: str, language: str) -> None:
    """Print an empty text pack to fill with the licensed wording."""
    click.echo(textpack.template(_known(key), language))


@instrument.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """Check a text pack before it is put into the folder of text packs."""
    with common.plain_faults():
        pack = textpack.load(path, utc_now().date())
        textpack.apply(_known(pack.instrument), pack)
    click.echo(f"Good: {pack.instrument}, {pack.language}, {pack.language_version}")


@click.command()
def score() -> None:
    """Score answers: JSON lines on standard input, one JSON line out for each."""
    all_good = True
    for line, good in scoring.score_lines(sys.stdin):
        click.echo(line)
        all_good = all_good and good
    sys.exit(0 if all_good else 1)


def _known(key: str) -> Instrument:
    if key not in INSTRUMENTS:
        raise click.ClickException(
            f"There is no questionnaire {key!r}; see `columna instrument list`."
        )
    return INSTRUMENTS[key]
