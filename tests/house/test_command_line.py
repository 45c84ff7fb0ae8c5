"""`columna --help` says in plain words what each command is for."""

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from plugin.cli import COMMANDS, main


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, click.Command]]:
    """Return every command with the words one types for it."""
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        words = (*before, name)
        found.append((" ".join(words), command))
        if isinstance(command, click.Group):
            found += commands(command, words)
    return found


ALL = commands(main)


def test_help_lists_every_command():
    shown = CliRunner().invoke(main, ["--help"]).output

    for name in COMMANDS:
        assert re.search(rf"^  {name}\s+[A-Z]", shown, re.MULTILINE), name


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _command in ALL])
def test_a_command_is_explained_in_a_sentence(name, command):
    assert re.match(r"[A-Z][^.]{10,}[.:]", command.help or "")


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _command in ALL])
def test_help_needs_no_settings(name, command, monkeypatch):
    monkeypatch.delenv("COLUMNA_PUBLIC_URL", raising=False)
    shown = CliRunner().invoke(main, [*name.split(), "--help"])

    assert shown.exit_code == 0, shown.output
    assert "Usage:" in shown.output


def test_the_words_of_the_commands_are_plain():
    """No word of the inside: a person who runs a clinic reads this."""
    jargon = ("WSGI", "huey", "Alembic", "SQLAlchemy", "blueprint", "ORM", "daemon", "None", "dict")
    for name, command in ALL:
        for word in jargon:
            assert not re.search(rf"\b{word}\b", command.help or ""), (name, word)


def test_help_imports_no_command():
    asked = (
        "import sys; from click.testing import CliRunner; from plugin.cli import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print({'weasyprint', 'sqlalchemy'} & sys.modules.keys())"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout.strip() == "set()"
