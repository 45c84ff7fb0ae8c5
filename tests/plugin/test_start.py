"""How the tool starts under its server when something is wrong: in words, once, and no more."""

import os
import subprocess
import sys


def test_wrong_settings_are_told_in_words_and_the_server_gives_up():
    given = {
        "COLUMNA_SECRETS": "s3cr3t",
        "COLUMNA_CHANNEL": "whatsapp",
        "TWILIO_ACCOUNT_SID": "AC1",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "plugin.cli", "serve", "--port", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode != 0
    assert "COLUMNA_PUBLIC_URL: is missing" in ended.stderr
    assert "TWILIO_ACCOUNT_SID: must be AC and 32 hexadecimal digits" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "s3cr3t" not in ended.stderr
