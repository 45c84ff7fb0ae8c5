"""columna upgrade, serve, worker, demo, settings: running the tool."""

from pathlib import Path

import click
from huey.consumer import Consumer
from rich.console import Console
from rich.table import Table

from plugin import server
from plugin.app import create_app
from plugin.commands import common
from plugin.database import upgrade_database
from plugin.demo import run as demonstration
from plugin.settings import SETTINGS
from plugin.worker import Tasks


@click.command()
def upgrade() -> None:
    """Bring the database to the newest version (safe to repeat)."""
    tool = common.tool()
    upgrade_database(tool.database)
    click.echo("The database is up to date.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(1, 65535), show_default=True)
@click.option(
    "--threads",
    default=8,
    type=click.IntRange(1, 64),
    show_default=True,
    help="Requests answered at once, in each process.",
)
@click.option(
    "--processes",
    default=1,
    type=click.IntRange(1, 64),
    show_default=True,
    help="One for each core, with PostgreSQL.",
)
def serve(host: str, port: int, threads: int, processes: int) -> None:
    """Serve the tool's pages."""
    common.settings()  # a fault in them is told before anything listens
    try:
        server.serve(create_app, host, port, threads, processes)
    except OSError as fault:
        raise click.ClickException(
            f"{host}:{port} cannot be listened on: {fault.strerror}"
        ) from None


@click.command()
def worker() -> None:
    """Run the task worker: reminders, rosters, grades."""
    tasks = Tasks(common.tool())
    Consumer(tasks.queue, workers=2, periodic=True, backoff=1.15, max_delay=2.0).run()


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the tool.")
@click.option("--lms-port", default=8080, show_default=True, help="Port of the LMS.")
@click.option(
    "--channel",
    type=click.Choice(["console", "whatsapp"]),
    default="console",
    show_default=True,
    help="How reminders leave: into a file, or through a stand-in for Twilio.",
)
@click.option("--twilio-port", default=8090, show_default=True, help="Port of that stand-in.")
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
    except demonstration.CannotStart as fault:
        raise click.ClickException(str(fault)) from None


@click.command()
def settings() -> None:
    """List every setting with its default and what it is for."""
    table = Table("Name", "Default", "Meaning")
    for setting in SETTINGS:
        default = "(required)" if setting.default is None else setting.default
        table.add_row(setting.name, default, setting.note)
    Console().print(table)
