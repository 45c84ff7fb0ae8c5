"""The command line: `columna`. A command's file is imported when the command is asked for.

Together the commands need every library there is, and most need few of them.
"""

import importlib

import click

from plugin.version import VERSION

COMMANDS = {
    "demo": ("demo.demo", "Start the tool with a synthetic study and a small LMS."),
    "upgrade": ("system.upgrade", "Bring the database to the newest version."),
    "serve": ("serve.serve", "Serve the tool's pages."),
    "worker": ("system.worker", "Run the task worker: reminders, rosters, grades."),
    "installation": ("installation.installation", "Say that people are written to from here."),
    "doctor": ("doctor.doctor", "Say how this installation is, and what to do."),
    "settings": ("system.settings", "List every setting with its default."),
    "platform": ("platforms.platform", "Learning platforms that may open the tool."),
    "study": ("studies.study", "Studies and care programmes, and the courses they run in."),
    "role": ("studies.role", "Who does what in a study."),
    "trial": ("trial.trial", "Publish and verify a trial's allocation list."),
    "audit": ("audit.audit", "Publish the end of the audit trail and verify all of it."),
    "export": ("export.export", "Blinded files for assessors."),
    "instrument": ("instruments.instrument", "Questionnaires and their licensed wordings."),
    "score": ("instruments.score", "Score answers: one JSON line in, one out."),
    "content": ("content.content", "Check the course's texts and films."),
}
"""Name of each command: where it is below `plugin.commands`, and its line in the list."""


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported now; None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(".")
        command: click.Command = getattr(importlib.import_module(f"plugin.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_where, line) in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(VERSION, prog_name="columna")
def main() -> None:
    """Columna: a telerehabilitation course for chronic low back pain, as an LTI tool for Moodle."""


if __name__ == "__main__":
    main()
