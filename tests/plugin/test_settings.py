"""Settings: every fault at once, by name, and never a value."""

import pytest

from notifications.channels import CHANNELS
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
    anything = {setting.name: "s3cr3t-[value" for setting in SETTINGS}
    with pytest.raises(SettingsFault) as fault:
        load(anything)

    assert len(fault.value.faults) >= 15
    assert "s3cr3t" not in str(fault.value)


def test_settings_that_are_printed_keep_their_secrets():
    hidden = ("COLUMNA_SECRETS", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET")
    given = dict.fromkeys(hidden, "hush" * 10)
    database = "postgresql+psycopg://columna:hush@db/columna"
    printed = repr(load({**GOOD, **given, "COLUMNA_DATABASE_URL": database}))

    assert "hush" not in printed
    assert "https://columna.example.org" in printed


@pytest.mark.parametrize(
    "url",
    [
        "",
        "columna.example.org",
        "ftp://columna.example.org",
        "https://columna.example.org/tool",
        "http://columna.example.org",
        "https://",
        "https://[columna",
        "https://columna.example.org:port",
        "https://name:word@columna.example.org",
        "https://columna example.org",
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
    ("name", "value", "said"),
    [
        ("TWILIO_ACCOUNT_SID", "AC1", "must be AC and 32 hexadecimal digits"),
        ("TWILIO_WHATSAPP_SENDER", "55 0000 0000", "must be a number such as +525500000000"),
        ("TWILIO_TEMPLATES", "diary_due=HX1", "must be kind.language=HX"),
        ("TWILIO_API_BASE", "http://twilio.example", "must be an address on this machine"),
        ("COLUMNA_WHATSAPP_ONLY_TO", "5500000000", "must be numbers such as"),
        ("COLUMNA_DATABASE_URL", "columna", "is no address of a database"),
        ("COLUMNA_DATABASE_URL", "mysql://db/columna", "must be sqlite:///file or"),
        ("COLUMNA_TASKS_URL", "amqp://localhost", "must be sqlite:///file, redis"),
        ("COLUMNA_TASKS_URL", "redis://localhost:many/0", "is no address"),
        ("COLUMNA_MEDIA_ENDPOINT", "s3.example.org", "must be an address such as"),
        ("COLUMNA_TRUSTED_PROXIES", "many", "must be a number from 0 to 9"),
        ("COLUMNA_CONTENT", "/no\0where", "must be an existing folder"),
        ("COLUMNA_CLINIC_NAME", "Cl\udcednica", "is no text in UTF-8"),
    ],
)
def test_a_wrong_value_is_told_in_words(name, value, said):
    assert said in faults(**{name: value})[name]


def test_whatsapp_names_an_address_that_twilio_cannot_call():
    told = faults(COLUMNA_CHANNEL="whatsapp", COLUMNA_PUBLIC_URL="https://co_lumna.example.org")

    assert "underscores" in told["COLUMNA_PUBLIC_URL"]
    assert len(told) == 5


def test_every_setting_of_a_channel_is_one_of_the_tool():
    wanted = {need.name for channel in CHANNELS.values() for need in channel.needs}

    assert wanted <= {setting.name for setting in SETTINGS}


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

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"\x89PNG\r\n\xff\xfe", "cannot be read as text"),
            (b"COLUMNA_CLINIC_PHONE=55\n\nsome words\n=3\n", "NAME=value: 3, 4"),
        ],
    )
    def test_a_file_of_something_else_is_a_fault_beside_the_others(self, tmp_path, content, said):
        path = tmp_path / "settings"
        path.write_bytes(content)
        told = faults(COLUMNA_SETTINGS=str(path), COLUMNA_CHANNEL="pigeon")

        assert said in told["COLUMNA_SETTINGS"]
        assert set(told) == {"COLUMNA_SETTINGS", "COLUMNA_CHANNEL"}
