"""columna instrument, score: questionnaires for analysts and administrators."""

import codecs
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from modules.outcomes import scoring, text_packs
from modules.outcomes.fhir.questionnaire import questionnaire
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Instrument
from modules.outcomes.text_packs import TextPack
from modules.records import queries
from plugin import outcomes
from plugin import text_packs as packs
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
    """Show one questionnaire: rights, range, rules, codes, and its items by topic."""
    found = _known(key)
    click.echo(f"{found.title.en} ({found.title.es})")
    click.echo(f"version {found.version}, {found.licence.value}: {found.rights.en}")
    low, high = found.range_ends
    click.echo(f"score {found.headline}, {low} to {high}, {found.direction.value}")
    for name, words in _rules(found):
        if words:
            click.echo(f"{name}: {words}")
    for item in found.items:
        marks = " (reversed)" * item.reversed + " (not scored)" * (not item.scored)
        click.echo(f"  {item.key}\t{item.topic.en}{marks}")


def _rules(one: Instrument) -> Iterator[tuple[str, str]]:
    """Return what is known of an instrument beside its items, by name."""
    yield "source", one.source
    yield "recall", one.recall.en
    yield "missing", one.missing_rule.en
    yield "bands", ", ".join(f"{band.key} {band.low}-{band.high}" for band in one.bands)
    yield "subscales", ", ".join(f"{name} {' '.join(keys)}" for name, keys in one.subscales.items())
    units = {True: "%", False: ""}
    yield "MIC", ", ".join(f"{float(m.value):g}{units[m.relative]} ({m.source})" for m in one.mics)
    yield "LOINC", ", ".join(f"{name} {code}" for name, code in one.loinc.items())
    yield "wording", one.wording.en if one.wording else ""


@instrument.command("template")
@click.argument("key")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
def template(key: str, language: str) -> None:
    """Print an empty text pack to fill with the licensed wording."""
    click.echo(text_packs.template(_known(key), language))


@instrument.command("check")
@click.argument(
    "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def check(path: Path | None) -> None:
    """Check a text pack, or without a path every one in the clinic's folder of text packs.

    The exit status is 1 when one of them cannot be used, be it because its licence is over.
    """
    paths = [path] if path else packs.files_of(common.packs_folder())
    good = [_is_good(each) for each in paths]
    if not good:
        click.echo("There is no text pack.")
    sys.exit(0 if all(good) else 1)


def _is_good(path: Path) -> bool:
    try:
        pack = _good_pack(path)
    except click.ClickException as fault:
        click.echo(f"Not usable: {fault.message}", err=True)
        return False
    click.echo(f"Good: {pack.instrument}, {pack.language}, {pack.language_version}")
    return True


@instrument.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_pack(path: Path) -> None:
    """Check a text pack and keep it in the clinic's folder of text packs; it is used at once.

    It takes the place of an earlier pack of the same questionnaire and language.
    """
    folder = common.settings().text_packs
    with common.plain_faults():
        pack = packs.keep(folder, path.name, path.read_bytes(), utc_now().date())
    click.echo(f"Imported: {pack.instrument}, {pack.language}, SHA-256 {pack.sha256}.")


@instrument.command("missing")
@click.option("--study", "study_key", required=True, help="Key of the study.")
def missing(study_key: str) -> None:
    """List the questionnaires of a study that patients cannot be asked for want of a text pack."""
    tool = common.tool()
    with common.plain_faults(), tool.database.reading() as session:
        study = queries.study(session, study_key)
        protocol = tool.protocols[study.protocol_key]
    today = utc_now().date()
    found = outcomes.missing_wordings(protocol, tool.instruments, study, today)
    for each in found:
        ended = f"the licence ended on {each.ended_on}\t" if each.ended_on else ""
        click.echo(f"{each.instrument.key}\t{each.language}\t{ended}{each.instrument.rights.en}")
    for each in outcomes.ending_wordings(protocol, tool.instruments, today):
        click.echo(f"{each.instrument.key}\t{each.language}\tends soon: last day {each.ended_on}")
    if not found:
        click.echo("Nothing is missing.")


@instrument.command("fhir")
@click.argument("key")
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
def fhir(key: str, language: str) -> None:
    """Print a questionnaire as an HL7 FHIR R4 resource, with loaded licensed wordings only."""
    _known(key)
    with common.plain_faults():
        made = questionnaire(
            packs.build_instruments(common.packs_folder(), utc_now().date())[key], language
        )
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


@click.command()
@click.option("--fhir", "as_fhir", is_flag=True, help="A FHIR R4 Bundle of answers and score.")
def score(as_fhir: bool) -> None:
    """Score answers: JSON lines on standard input, one JSON line out for each.

    The exit status is 0 when every line was scored and 1 when one or more were not.
    """
    all_good = True
    # Bytes that are no UTF-8 make their own line malformed and leave the others alone.
    lines = (line.decode("utf-8", "surrogateescape") for line in _without_mark(sys.stdin.buffer))
    made = scoring.as_fhir if as_fhir else scoring.score
    for line, good in scoring.score_lines(lines, made):
        click.echo(line)
        all_good = all_good and good
    sys.exit(0 if all_good else 1)


def _without_mark(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out the byte order mark that some systems put at the beginning of a file."""
    for position, line in enumerate(lines):
        yield line.removeprefix(codecs.BOM_UTF8) if position == 0 else line


def _good_pack(path: Path) -> TextPack:
    with common.plain_faults():
        return packs.checked(path.name, path.read_bytes(), utc_now().date())


def _known(key: str) -> Instrument:
    if key not in INSTRUMENTS:
        raise click.ClickException(
            f"There is no questionnaire {key!r}; see `columna instrument list`."
        )
    return INSTRUMENTS[key]
