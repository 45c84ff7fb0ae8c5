"""`columna platform move` names everything that has to be changed for another address."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main

OLD, NEW = "https://old.example", "https://new.example"
MOODLE = "https://moodle.example"
Columna = Callable[..., Result]


@pytest.fixture
def columna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Columna:
    """Return a runner of commands on an installation with one platform."""
    monkeypatch.setenv("COLUMNA_PUBLIC_URL", OLD)
    monkeypatch.setenv("COLUMNA_FORMER_URLS", "https://older.example")
    monkeypatch.setenv("COLUMNA_SECRETS", "s" * 32)
    monkeypatch.setenv("COLUMNA_DATABASE_URL", f"sqlite:///{tmp_path / 'columna.sqlite3'}")
    monkeypatch.setenv("COLUMNA_TASKS_URL", f"sqlite:///{tmp_path / 'tasks.sqlite3'}")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    assert run("upgrade").exit_code == 0
    options = {"login": "auth", "token": "token", "jwks": "certs"}
    urls = [f"--{name}-url={MOODLE}/{path}" for name, path in options.items()]
    said = ("--issuer", MOODLE, "--client-id", "c-1", "--deployment", "1", "--name", "Campus")
    assert run("platform", "add", *said, *urls).exit_code == 0
    return run


def test_the_settings_keep_every_former_address(columna):
    told = columna("platform", "move", NEW).output

    assert f"COLUMNA_PUBLIC_URL={NEW}\n" in told
    assert f"COLUMNA_FORMER_URLS={OLD},https://older.example\n" in told


def test_every_field_of_the_platform_is_named_with_its_new_value(columna):
    told = columna("platform", "move", NEW).output

    assert f"Campus ({MOODLE}), client ID c-1" in told
    assert f"Tool URL, Content Selection URL: {NEW}/lti/launch\n" in told
    assert f"Initiate login URL: {NEW}/lti/login\n" in told
    assert f"Redirection URI(s): {NEW}/lti/launch\n" in told
    assert f"Public keyset: {NEW}/lti/jwks\n" in told


def test_without_an_address_it_says_what_platforms_need_now(columna):
    told = columna("platform", "move").output

    assert "COLUMNA_PUBLIC_URL" not in told
    assert f"Initiate login URL: {OLD}/lti/login\n" in told


def test_moving_back_leaves_no_address_both_present_and_former(columna):
    told = columna("platform", "move", "https://older.example").output

    assert f"COLUMNA_FORMER_URLS={OLD}\n" in told


def test_the_provider_of_messages_is_told_too(columna, monkeypatch):
    monkeypatch.setenv("COLUMNA_CHANNEL", "whatsapp")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "2" * 32)
    monkeypatch.setenv("TWILIO_WHATSAPP_SENDER", "+15005550001")
    monkeypatch.setenv("TWILIO_TEMPLATES", "diary_due.es=HX" + "3" * 32)

    assert f"{NEW}/webhooks/twilio/inbound\n" in columna("platform", "move", NEW).output


@pytest.mark.parametrize("address", ["new.example", "http://new.example", f"{NEW}/columna"])
def test_an_address_that_cannot_be_ours_is_refused_in_words(columna, address):
    told = columna("platform", "move", address)

    assert told.exit_code == 1
    assert "must be" in told.output
