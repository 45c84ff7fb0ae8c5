"""columna platform move: what has to be changed, and where, when the tool gets another address."""

from collections.abc import Iterator, Sequence

import click

from lti.models import Standing
from lti.registration import platforms as registrations
from lti.registration.dynamic import TOOL_CONFIGURATION, ToolProfile, introduction
from plugin import setting_values
from plugin.commands import common
from plugin.settings import Settings


@click.command("move")
@click.argument("new", required=False)
def move(new: str | None) -> None:
    """Say what to change for the address NEW (https://host); nothing is changed by it.

    Without NEW: what every platform has to have entered for the present address.
    """
    tool = common.tool()
    try:
        to = setting_values.url(new) if new else tool.settings.public_url
    except ValueError as fault:
        raise click.ClickException(f"{new} {fault}.") from None
    with tool.database.reading() as session:
        names = [
            f"{found.name} ({found.issuer}), client ID {found.client_id}"
            for found in registrations.all_of(session)
            if found.status is not Standing.DISABLED
        ]
    for line in (
        *_settings(tool.settings, to),
        *_platforms(names, to),
        *_twilio(tool.settings, to),
    ):
        click.echo(line)


def _settings(given: Settings, to: str) -> Iterator[str]:
    """What the settings become; a former address that is the new one again is former no more."""
    if to == given.public_url:
        return
    former = [each for each in (given.public_url, *given.former_urls) if each != to]
    yield "Keep the old name leading to this server. Set, then restart the tool and the worker:"
    yield f"  COLUMNA_PUBLIC_URL={to}"
    yield f"  COLUMNA_FORMER_URLS={','.join(former)}"


def _platforms(names: Sequence[str], to: str) -> Iterator[str]:
    said = introduction(ToolProfile(to))
    launch = said[TOOL_CONFIGURATION]["target_link_uri"]
    yield "In the settings of the tool at each platform (Moodle's names of the fields):"
    yield from (f"  {name}" for name in names)
    yield f"    Tool URL, Content Selection URL: {launch}"
    yield f"    Initiate login URL: {said['initiate_login_uri']}"
    yield f"    Redirection URI(s): {', '.join(said['redirect_uris'])}"
    yield f"    Public keyset: {said['jwks_uri']}"


def _twilio(given: Settings, to: str) -> Iterator[str]:
    if given.channel != "whatsapp":
        return
    yield "At Twilio, for messages that come in to the WhatsApp sender:"
    yield f"  {to}/webhooks/twilio/inbound"
