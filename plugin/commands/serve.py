"""columna serve: the web server."""

import click

from plugin import server
from plugin.app import create_app
from plugin.commands import common


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
    common.require_secrets()  # a fault in settings or secrets is told before anything listens
    try:
        server.serve(create_app, host, port, threads, processes)
    except OSError as fault:
        raise click.ClickException(
            f"{host}:{port} cannot be listened on: {fault.strerror}"
        ) from None
