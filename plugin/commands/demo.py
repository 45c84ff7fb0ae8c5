"""columna demo: the tool with a synthetic study and a small LMS."""

from pathlib import Path

import click
from rich.console import Console

from plugin.commands import common
from plugin.demo import ports
from plugin.demo import run as demonstration
from plugin.demo.faults import CannotStart

PORT = click.IntRange(1, ports.HIGHEST)


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port of the tool.")
@click.option("--lms-port", type=PORT, default=8080, show_default=True, help="Port of the LMS.")
@click.option(
    "--channel",
    type=click.Choice(["console", "whatsapp"]),
    default="console",
    show_default=True,
    help="How reminders leave: into a file, or through a stand-in for Twilio.",
)
@click.option(
    "--twilio-port", type=PORT, default=8090, show_default=True, help="Port of that stand-in."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demonstration keeps its data.",
)
def demo(port: int, lms_port: int, channel: str, twilio_port: int, folder: Path) -> None:
    """Start the tool with a synthetic study and a small LMS, to try everything out."""
    chosen = demonstration.Demo(folder.absolute(), port, lms_port, channel, twilio_port)
    try:
        with common.plain_faults():
            demonstration.run(chosen, Console())
    except CannotStart as fault:
        raise click.ClickException(str(fault)) from None
