"""Settings: every fault at once, by name, and never a value."""

import pytest

from plugin.settings import SETTINGS, SettingsFault, load

GOOD = {"COLUMNA_PUBLIC_URL": "https://columna.example.org", "COLUMNA_SECRETS": "s" * 32}


def faults(**changes: str) -> dict[str, str]:
    with pytest.raises(SettingsFault) as fault:
        load({**GOOD, **changes})
    return fault.value.faults


def test_two_settings_are_enough():
    assert load(GOOD).public_url == "https://columna.example.org"


def test_every_missing_one_is_named_at_once():
    with pytest.raises(SettingsFault) as fault:
        load({})

    assert set(fault.value.faults) == {s.name for s in SETTINGS if s.default is None}


def test_missing_and_wrong_ones_are_named_together():
    with pytest.raises(SettingsFault) as fault:
        load(
            {"COLUMNA_SECRETS": "short", "COLUMNA_CHANNEL": "pigeon", "COLUMNA_CONTENT": "/nowhere"}
        )

    assert set(fault.value.faults) == {
        "COLUMNA_PUBLIC_URL",
        "COLUMNA_SECRETS",
        "COLUMNA_CHANNEL",
        "COLUMNA_CONTENT",
    }


def test_a_fault_never_shows_the_value():
    strict = {
        setting.name: "s3cr3t-value"
        for setting in SETTINGS
        if setting.read.__name__ not in ("_text", "str")
    }
    with pytest.raises(SettingsFault) as fault:
        load({**GOOD, **strict})

    assert len(fault.value.faults) >= 6
    assert "s3cr3t" not in str(fault.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "columna.example.org",
        "ftp://columna.example.org",
        "https://columna.example.org/tool",
        "http://columna.example.org",
        "https://",
    ],
)
def test_an_address_that_browsers_could_not_use_is_refused(url):
    assert set(faults(COLUMNA_PUBLIC_URL=url)) == {"COLUMNA_PUBLIC_URL"}


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000/"])
def test_http_is_for_this_machine(url):
    assert load({**GOOD, "COLUMNA_PUBLIC_URL": url}).public_url == url.rstrip("/")


def test_secrets_are_a_list_newest_first():
    one, other = "a" * 32, "b" * 40

    assert load({**GOOD, "COLUMNA_SECRETS": f"{one}, {other}"}).secrets == (one, other)
    assert set(faults(COLUMNA_SECRETS=f"{one},short")) == {"COLUMNA_SECRETS"}


def test_whatsapp_names_all_it_needs():
    assert set(faults(COLUMNA_CHANNEL="whatsapp")) == {
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_WHATSAPP_SENDER",
        "TWILIO_TEMPLATES",
    }


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("1", True), ("TRUE", True), ("no", False), ("0", False)]
)
def test_yes_and_no(text, value):
    assert load({**GOOD, "COLUMNA_ALLOW_LOOPBACK": text}).allow_loopback is value


def test_maybe_is_neither():
    assert set(faults(COLUMNA_ALLOW_LOOPBACK="maybe")) == {"COLUMNA_ALLOW_LOOPBACK"}


class TestFile:
    def test_a_file_gives_what_the_environment_does_not(self, tmp_path):
        path = tmp_path / "settings"
        path.write_text(
            '# the clinic\nCOLUMNA_CLINIC_NAME="Clínica Uno"\nCOLUMNA_CLINIC_PHONE=55 0000\n',
            "utf-8",
        )
        read = load({**GOOD, "COLUMNA_SETTINGS": str(path), "COLUMNA_CLINIC_PHONE": "56 0000"})

        assert (read.clinic_name, read.clinic_phone) == ("Clínica Uno", "56 0000")

    def test_a_file_that_is_not_there_is_a_fault(self, tmp_path):
        assert set(faults(COLUMNA_SETTINGS=str(tmp_path / "none"))) == {"COLUMNA_SETTINGS"}
