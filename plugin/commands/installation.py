"""columna installation: from where people are written to."""

import click

from plugin.commands import common
from plugin.status import claim


@click.group()
def installation() -> None:
    """This installation, as against a copy of its database."""


@installation.command("claim")
@click.option("--yes", is_flag=True, help="Do not ask.")
def claim_here(yes: bool) -> None:
    """Let messages, mails and grades leave from here from now on."""
    tool = common.tool()
    with common.plain_faults():
        with tool.database.reading() as session:
            found = claim.place(session, tool.settings)
        if found is claim.Place.OURS:
            click.echo("It is claimed already: messages leave from here.")
            return
        if not yes:
            click.confirm(
                f"Messages to real people will leave from {tool.settings.public_url} on this"
                " machine. Is every other copy of this database stopped?",
                abort=True,
            )
        claim.claim(tool.database, tool.settings, tool.now())
    click.echo("Claimed: messages leave from here from now on.")
