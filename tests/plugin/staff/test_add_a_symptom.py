"""The how-to page for a symptom, followed to the letter on a copy of the tool."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/how-to/add-a-symptom-or-trigger.md"
STEP = re.compile(r"^In `([^`]+)`, before `([^`]+)`:\n\n```\w+\n(.*?)^```", re.M | re.S)
COPIED = ("modules", "plugin", "lti", "notifications", "exports", "migrations", "tests")
HEAVY = shutil.ignore_patterns("media", "__pycache__", "browser", "bench", "film")

WALK = '''
"""What must hold on the copy once the page was followed."""

from datetime import timedelta

from modules.records.alert_models import Alert
from modules.safety.codes import Level
from tests.factories import TODAY


def test_the_new_symptom_goes_all_the_way(client_for, clinic):
    patient = client_for("patient", day=10, locale="en")
    path = f"/diary/{TODAY.isoformat()}"
    assert "One calf that is swollen, warm or red" in patient.get(path).text
    answer = patient.post(path, {"minutes": "0", "news": "yes", "symptoms": "calf"})
    shown = patient.client.get(answer.location, follow_redirects=True).text
    assert "Somebody has to look at your leg" in shown
    [alert] = clinic.rows(Alert)
    assert alert.trigger.level is Level.URGENT
    assert alert.due_at - alert.raised_at == timedelta(hours=24)
    staff = client_for("staff", locale="es")
    page = staff.get(f"/care/alerts/{alert.id}").text
    assert "Una pantorrilla hinchada o caliente" in page
    assert "pantorrilla: hinchada o caliente" in page
    assert "Los ejercicios siguen en pausa" in page
    assert "Una pantorrilla hinchada o caliente" in staff.get("/staff/").text
'''


def follow(page: Path, root: Path) -> set[str]:
    """Do what a how-to page says on a copy of the tool; return the files touched."""
    steps = STEP.findall(page.read_text("utf-8"))
    assert steps
    for name, anchor, block in steps:
        text = (root / name).read_text("utf-8")
        at = text.index(f"\n{anchor}") + 1
        (root / name).write_text(text[:at] + block + text[at:], "utf-8")
    return {name for name, _anchor, _block in steps}


def test_a_symptom_takes_three_files(tmp_path):
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=HEAVY)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    assert len(follow(PAGE, tmp_path)) <= 3
    (tmp_path / "tests/plugin/care/test_walked.py").write_text(WALK, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "tests/plugin/care/test_walked.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
