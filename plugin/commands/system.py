"""columna upgrade, worker, settings: running the tool."""

import click
from huey.consumer import Consumer
from rich.console import Console
from rich.table import Table

from plugin.commands import common
from plugin.database import upgrade_database
from plugin.settings import SETTINGS
from plugin.status import key_check
from plugin.status.check import Installation, State
from plugin.status.checks import schema
from plugin.status.examine import examine, words_for
from plugin.worker import Tasks


@click.command()
def upgrade() -> None:
    """Bring the database to the newest version (safe to repeat)."""
    tool = common.tool()
    upgrade_database(tool.database)
    with common.plain_faults():
        key_check.require(tool.database, tool.now())
    click.echo("The database is up to date.")


@click.command()
def worker() -> None:
    """Run the task worker: reminders, rosters, grades."""
    tasks = Tasks(common.tool())
    _refuse_other_tables(Installation(tasks.tool, tasks.queue))
    tasks.beat()
    Consumer(tasks.queue, workers=2, periodic=True, backoff=1.15, max_delay=2.0).run()


def _refuse_other_tables(place: Installation) -> None:
    """Raise ClickException unless the tables are those of this program: all work would fail."""
    found = examine(place, [schema.CHECK])[schema.CHECK.key]
    if found.state is not State.GOOD:
        raise click.ClickException(words_for(schema.CHECK, found).en)


@click.command()
def settings() -> None:
    """List every setting with its default and what it is for."""
    table = Table("Name", "Default", "Meaning")
    for setting in SETTINGS:
        default = "(required)" if setting.default is None else setting.default
        table.add_row(setting.name, default, setting.note)
    Console().print(table)
