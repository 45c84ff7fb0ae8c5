"""columna trial: what is published of an allocation list, and the proof that it was not changed."""

import uuid
from pathlib import Path

import click

from modules.records import queries
from plugin.commands import common
from plugin.trial import publication, verification

NEW_FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def trial() -> None:
    """Publish and verify the allocation list of a trial."""


@trial.command("commitment")
@click.argument("study_key")
def commitment(study_key: str) -> None:
    """Write the statement to publish in the registry before the first participant."""
    tool = common.tool()
    with common.plain_faults(), tool.database.reading() as session:
        study = queries.study(session, study_key)
        click.echo(
            publication.statement(session, study, tool.protocols[study.protocol_key]), nl=False
        )


@trial.command("reveal-list")
@click.argument("study_key")
@click.option(
    "--custodian",
    required=True,
    type=click.UUID,
    help="Key of the study's custodian (columna role people).",
)
@click.option("--out", required=True, type=NEW_FILE, help="File to write; must not exist.")
def reveal_list(study_key: str, custodian: uuid.UUID, out: Path) -> None:
    """Write seed, parameters and list of a closed study to a file that anybody can verify."""
    tool = common.tool()
    with common.plain_faults(), tool.database.writing() as session:
        study = queries.study(session, study_key)
        protocol = tool.protocols[study.protocol_key]
        text = publication.reveal(session, study, protocol, tool.now(), custodian)
        _write_new(out, text)
    click.echo(f"Written to {out}. Publish it beside the commitment.")


@trial.command("verify-list")
@click.argument("revealed", type=EXISTING_FILE)
@click.argument("commitment")
def verify_list(revealed: Path, commitment: str) -> None:
    """Make the REVEALED list again and hold it against the published COMMITMENT.

    COMMITMENT is the statement's file, or the 64 hexadecimal digits themselves. Needs no settings
    and no database. Ends with 1 when something contradicts.
    """
    try:
        found = verification.read_revealed(_text_of(revealed))
        published = verification.read_commitment(_statement(commitment))
        problems = verification.differences(published, found)
    except verification.NotReadable as fault:
        raise click.ClickException(str(fault)) from None
    if problems:
        raise click.ClickException("; ".join(problems))
    click.echo(f"True: the {len(found.arms)} places are those that were committed to.")


def _statement(commitment: str) -> str:
    is_digits = len(commitment.strip()) == verification.COMMITMENT_DIGITS
    return commitment if is_digits else _text_of(Path(commitment))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise verification.NotReadable(f"{path} cannot be read as text") from None


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from None
