"""columna audit: the end of the audit trail's chain, and whether all before it is as it was."""

from pathlib import Path

import click

from plugin.audit_trail import verification
from plugin.audit_trail.verification import Head
from plugin.commands import common


@click.group()
def audit() -> None:
    """Publish the end of the audit trail and verify all of it."""


@audit.command("head")
def head() -> None:
    """Write the last place of the chain and its digest: keep them where nobody here can write."""
    with common.plain_faults(), common.tool().database.reading() as session:
        click.echo(verification.head(session))


@audit.command("verify")
@click.option(
    "--head",
    "known",
    help="What `columna audit head` said before, or the file that holds it.",
)
def verify(known: str | None) -> None:
    """Name every event that was altered, taken away, put elsewhere or added past the tool.

    Without --head nobody can tell whether the end was cut off. Ends with 1 when something is wrong.
    """
    tool, wrong = common.tool(), 0
    with common.plain_faults(), tool.database.reading() as session:
        before = Head.read(_said(known)) if known else None
        for fault in verification.faults(session, before):
            wrong += 1
            where = f"place {fault.place}" if fault.place else "no place"
            event = f", event {fault.event_id}" if fault.event_id else ""
            click.echo(f"{where}{event}: {fault.wrong.label.en}")
        end = verification.head(session)
    if wrong:
        raise click.ClickException(
            f"{wrong} fault{'s' if wrong > 1 else ''}. The audit trail is not what it was."
        )
    against = "" if before else " Its end was held against nothing: give --head."
    click.echo(f"Whole: {end.place} events.{against}")


def _said(known: str) -> str:
    path = Path(known)
    return path.read_text("utf-8") if path.is_file() else known
