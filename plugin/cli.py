"""The command line: `columna`."""

import click

from plugin.commands import content, export, instruments, platforms, studies, system
from plugin.version import VERSION


@click.group()
@click.version_option(VERSION, prog_name="columna")
def main() -> None:
    """Columna: a telerehabilitation course for chronic low back pain, as an LTI tool for Moodle."""


for command in (
    system.demo,
    system.upgrade,
    system.serve,
    system.worker,
    system.settings,
    platforms.platform,
    studies.study,
    studies.role,
    export.export,
    instruments.instrument,
    instruments.score,
    content.content,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
