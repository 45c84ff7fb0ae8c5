"""The how-to page for a symptom, followed to the letter on a copy of the tool."""

from tests import how_to

WALK = '''
"""What must hold on the copy once the page was followed."""

from datetime import timedelta

from modules.records.alert_models import Alert
from modules.safety.triggers import Level
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


def test_a_symptom_takes_three_files(tmp_path):
    how_to.copy_of_the_tool(tmp_path)

    assert len(how_to.follow("add-a-symptom-or-trigger", tmp_path)) <= 3
    how_to.passes(tmp_path, "tests/plugin/staff/test_walked.py", WALK)
