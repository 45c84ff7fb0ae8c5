"""columna platform: the learning platforms that may open the tool."""

import uuid
from datetime import timedelta

import click

from lti import invites, registrations
from lti.models import Standing
from lti.registrations import AlreadyRegistered, NewPlatform, UnknownPlatform
from plugin.commands import common


@click.group()
def platform() -> None:
    """Register Moodle sites and other learning platforms."""


@platform.command("add")
@click.option("--issuer", required=True, help="The platform's address, exactly as it names itself.")
@click.option("--client-id", required=True)
@click.option("--deployment", required=True, help="The deployment id.")
@click.option("--login-url", required=True, help="Authentication request URL.")
@click.option("--token-url", required=True, help="Access token URL.")
@click.option("--jwks-url", required=True, help="Public keyset URL.")
@click.option("--name", default="", help="What you call this platform.")
def add(
    issuer: str,
    client_id: str,
    deployment: str,
    login_url: str,
    token_url: str,
    jwks_url: str,
    name: str,
) -> None:
    """Register a platform by hand with what its tool page shows."""
    tool = common.tool()
    new = NewPlatform(issuer, client_id, deployment, login_url, token_url, jwks_url, name)
    try:
        with tool.database.writing() as session:
            added = registrations.add(session, new, tool.now())
            key = added.id
    except AlreadyRegistered:
        raise click.ClickException("This issuer and client id are registered already.") from None
    click.echo(f"Registered and active: {key}")


@platform.command("invite")
@click.option("--name", default="", help="What you call the platform.")
@click.option("--days", default=2, show_default=True, help="How long the link can be used.")
def invite(name: str, days: int) -> None:
    """Make a one-time link for dynamic registration; approve the platform afterwards."""
    tool = common.tool()
    with tool.database.writing() as session:
        secret = invites.invite(session, tool.now(), name, timedelta(days=days))
    click.echo(invites.invite_url(tool.settings.public_url, secret))


@platform.command("list")
def listing() -> None:
    """List the registered platforms."""
    tool = common.tool()
    with tool.database.reading() as session:
        for found in registrations.all_of(session):
            click.echo(f"{found.id}\t{found.status.value}\t{found.issuer}\t{found.client_id}")


@platform.command("approve")
@click.argument("key", type=click.UUID)
def approve(key: uuid.UUID) -> None:
    """Let a registered platform launch."""
    _set(key, Standing.ACTIVE)
    click.echo("Approved.")


@platform.command("disable")
@click.argument("key", type=click.UUID)
def disable(key: uuid.UUID) -> None:
    """Stop launches of a platform; open sessions end at once."""
    _set(key, Standing.DISABLED)
    click.echo("Disabled.")


def _set(key: uuid.UUID, standing: Standing) -> None:
    tool = common.tool()
    try:
        with tool.database.writing() as session:
            registrations.set_standing(session, key, standing)
    except UnknownPlatform:
        raise click.ClickException(
            "There is no such platform; see `columna platform list`."
        ) from None
