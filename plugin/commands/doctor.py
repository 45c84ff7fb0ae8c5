"""columna doctor: how this installation is."""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from plugin.commands import common
from plugin.status.check import Installation, State
from plugin.status.examine import examine, is_well, worst_first
from plugin.worker import build_queue

MARKS = {State.GOOD: "ok", State.UNSURE: "?", State.BAD: "WRONG", State.UNKNOWN: "UNKNOWN"}


@click.command()
def doctor() -> None:
    """Say how this installation is, what is still shut to patients, and what to do about it.

    The exit status is 1 when something is wrong or cannot be found out.
    """
    tool = common.tool_as_it_is()
    found = examine(Installation(tool, build_queue(tool.settings.tasks_url)))
    table = Table("", "Check", "Found")
    for check, finding, words in worst_first(found):
        said = "\n  ".join((words.en, *finding.about))
        table.add_row(MARKS[finding.state], check.label.en, escape(said))
    Console().print(table)
    raise SystemExit(0 if is_well(found) else 1)
