"""columna platform: the learning platforms that may open the tool."""

import uuid
from datetime import timedelta

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from lti.errors import UnknownPlatform
from lti.models import Platform, Standing
from lti.registration import invites
from lti.registration import platforms as registrations
from lti.registration.platforms import (
    AlreadyRegistered,
    InvalidRegistration,
    NewPlatform,
)
from lti.services import doctor
from lti.services.doctor import Finding, Outcome
from plugin import administrators, audit, conflicts, platforms
from plugin.commands import common
from plugin.commands.moving import move
from plugin.conflicts import ConflictingRole
from plugin.tool import Tool

NO_SUCH = "There is no such platform or deployment; see `columna platform list`."
MARKS = {Outcome.GOOD: "[green]✓[/]", Outcome.UNSURE: "[yellow]?[/]", Outcome.BAD: "[red]✗[/]"}


@click.group()
def platform() -> None:
    """Register Moodle sites and other learning platforms."""


platform.add_command(move)


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
            key = registrations.add(session, new, tool.now()).id
            audit.record(session, "platform.registered", tool.now(), subject_id=key)
    except AlreadyRegistered:
        raise click.ClickException("This issuer and client id are registered already.") from None
    except InvalidRegistration as fault:
        wrong = ", ".join(f"{field} ({code})" for field, code in fault.fields.items())
        raise click.ClickException(f"This cannot be a registration: {wrong}") from None
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


@platform.command("frames")
@click.argument("key", type=click.UUID)
@click.argument("origins", nargs=-1)
def frames(key: uuid.UUID, origins: tuple[str, ...]) -> None:
    """Say which further sites (https://host) may show the tool in their pages; none takes back.

    The issuer and the authentication request URL may always.
    """
    tool = common.tool()
    try:
        with tool.database.writing() as session:
            registrations.show_in(session, key, origins)
            audit.record(session, "platform.frames", tool.now(), subject_id=key)
    except UnknownPlatform:
        raise click.ClickException(NO_SUCH) from None
    except InvalidRegistration:
        raise click.ClickException("Write each site as https://host, without a path.") from None
    click.echo("Saved.")


@platform.command("list")
def listing() -> None:
    """List the registered platforms and their deployments."""
    tool = common.tool()
    with tool.database.reading() as session:
        for found in registrations.all_of(session):
            click.echo(f"{found.id}\t{found.status.value}\t{found.issuer}\t{found.client_id}")
            for one in found.deployments:
                click.echo(f"  {one.id}\t{one.status.value}\tdeployment {one.deployment_id}")


@platform.command("approve")
@click.argument("key", type=click.UUID)
def approve(key: uuid.UUID) -> None:
    """Let a registered platform, or one of its deployments, launch."""
    _set(key, Standing.ACTIVE)
    click.echo("Approved.")


@platform.command("disable")
@click.argument("key", type=click.UUID)
def disable(key: uuid.UUID) -> None:
    """Stop launches of a platform or deployment; a platform's open sessions end at once."""
    _set(key, Standing.DISABLED)
    click.echo("Disabled.")


def _set(key: uuid.UUID, standing: Standing) -> None:
    tool = common.tool()
    change = registrations.approve if standing is Standing.ACTIVE else registrations.disable
    verb = "approved" if standing is Standing.ACTIVE else "disabled"
    try:
        with tool.database.writing() as session:
            if session.get(Platform, key) is not None:
                change(session, key)
                audit.record(session, f"platform.{verb}", tool.now(), subject_id=key)
            else:
                registrations.set_deployment(session, key, standing)
                audit.record(session, f"deployment.{verb}", tool.now(), subject_id=key)
    except UnknownPlatform:
        raise click.ClickException(NO_SUCH) from None


@platform.command("admin")
@click.argument("user_id", type=click.UUID, required=False)
@click.option("--remove", is_flag=True, help="Take it away again.")
def admin(user_id: uuid.UUID | None, remove: bool) -> None:
    """Name who administers platforms in the browser; without a key, list who could.

    Nobody does until they are named here: a platform's own administrators are nobody by that.
    """
    tool = common.tool()
    if user_id is None:
        _list_administrators(tool)
        return
    change = administrators.remove if remove else administrators.name
    with common.plain_faults():
        try:
            with tool.database.writing() as session:
                change(session, user_id, tool.now())
        except ConflictingRole as conflict:
            conflicts.keep_by_itself(tool, conflict)
            raise
    click.echo("Saved.")


def _list_administrators(tool: Tool) -> None:
    with tool.database.reading() as session:
        for one in administrators.candidates(session):
            mark = "administers" if one.administers else "-"
            click.echo(f"{one.user_id}\t{mark}\t{one.platform}\t{one.name or '(no name)'}")


@platform.command("doctor")
@click.argument("key", type=click.UUID, required=False)
def examine(key: uuid.UUID | None) -> None:
    """Check key set, clock, token and roster against the live platform (all active ones).

    The exit status is 1 when something is wrong, 2 when there is nothing to check.
    """
    tool = common.tool()
    with tool.database.reading() as session:
        names = _to_examine(session, key)
    if not names:
        click.echo(NO_SUCH if key else "No platform is active.", err=True)
        raise SystemExit(2)
    clients, console, well = platforms.services(tool), Console(), True
    for platform_id, name in names.items():
        findings = platforms.examine(tool, clients, platform_id)
        console.print(_report(name, findings, tool.settings.public_url))
        well = well and doctor.is_well(findings)
    raise SystemExit(0 if well else 1)


def _to_examine(session: Session, key: uuid.UUID | None) -> dict[uuid.UUID, str]:
    return {
        found.id: f"{found.name} ({found.issuer})"
        for found in registrations.all_of(session)
        if found.id == key or (key is None and found.status is Standing.ACTIVE)
    }


def _report(name: str, findings: list[Finding], public_url: str) -> Table:
    table = Table("", "Check", "Found", "", title=name, title_justify="left")
    for finding in findings:
        said = doctor.words_for(finding).replace("{public_url}", public_url)
        check = str(doctor.CHECKS[finding.check])
        table.add_row(MARKS[finding.outcome], check, said, doctor.figures_of(finding))
    return table
