"""The twin test of the assessor's pages: with the arms swapped, every byte is the same."""

import re

import pytest

from modules.safety.triggers import Trigger
from modules.services import alerts
from plugin.trial.models import Allocation
from tests import factories
from tests.factories import CONTROL, TREATED

VISIT = "week_2"


@pytest.fixture
def pair(clinic):
    """Two participants on day 14, one of each arm, the treated one with a whole programme."""
    with clinic.writing() as session:
        treated = clinic.patient(session, TREATED, day=14).participant_id
        control = clinic.patient(session, CONTROL, day=14).participant_id
        for day in range(1, 10):
            on = factories.TODAY - factories.timedelta(days=day)
            factories.diary_entry(session, treated, on)
            factories.login_day(session, treated, on)
        factories.lesson_done(session, treated, "education", "pain", factories.TODAY)
        entry = factories.diary_entry(session, treated, factories.TODAY)
        alerts.raise_all(session, treated, sorted(Trigger), entry.id, factories.NOON)
    return treated, control


def pages(assessor, pair):
    """Every page of the assessor, what it answers and says, without this launch's own words."""
    paths = ["/assessor/", "/assessor/checks"]
    for one in pair:
        base = f"/assessor/participants/{one}"
        paths += [base, f"{base}/{VISIT}", f"{base}/{VISIT}/odi", f"{base}/{VISIT}/vas_pain"]
        paths += [f"{base}/{VISIT}/odi?mode=paper", f"{base}/{VISIT}/odi/review"]
        paths += [f"{base}/baseline/odi/{page}" for page in ("record", "correct", "second")]
        paths += [f"{base}/{VISIT}/vas_pain/paper", f"{base}/nothing/odi", f"{base}/{VISIT}/nrs"]
    found = {}
    for path in paths:
        answer = assessor.get(path)
        body = re.sub(rb'name="csrf_token" value="[^"]*"', b"", answer.data)
        kept = {k: v for k, v in answer.headers if k not in ("Date", "Set-Cookie")}
        found[path] = (answer.status_code, kept, body)
    return found


def swap(clinic):
    """Let each participant have the other arm."""
    other = {TREATED: CONTROL, CONTROL: TREATED}
    with clinic.writing() as session:
        for one in session.query(Allocation):
            one.arm = other[one.arm]


def test_no_page_changes_when_the_arms_are_swapped(clinic, client_for, pair):
    assessor = client_for("assessor")
    before = pages(assessor, pair)
    swap(clinic)
    after = pages(assessor, pair)

    assert [path for path in before if before[path] != after[path]] == []
    assert {status for status, _headers, _body in before.values()} >= {200, 404}


def test_saving_says_the_same_for_both_arms(clinic, client_for, pair):
    assessor = client_for("assessor")
    said = []
    for one in pair:
        path = f"/assessor/participants/{one}/{VISIT}/vas_pain"
        assert assessor.post(path, {"q1": "95"}).status_code == 303
        assert assessor.post(f"{path}/review", {}).status_code == 303
        text = assessor.get(f"/assessor/participants/{one}/{VISIT}").text
        said.append(re.findall(r'<div class="notice.*?</div>\s*</div>', text, re.DOTALL))

    assert said[0] == said[1]
    assert len(said[0]) == 2


def test_the_notice_is_the_same_for_every_trigger(clinic, client_for, pair):
    assessor = client_for("assessor")
    pain, disability = f"{VISIT}/vas_pain", f"{VISIT}/odi"
    said = []
    for path, answers in (
        (pain, {"q1": "95"}),
        (disability, {f"q{number}": "5" for number in range(1, 11)}),
    ):
        assessor.post(f"/assessor/participants/{pair[0]}/{path}", answers)
        assessor.post(f"/assessor/participants/{pair[0]}/{path}/review", {})
        text = assessor.get(f"/assessor/participants/{pair[0]}").text
        said.append(re.findall(r"notice-info.*?<p>(.*?)</p>", text, re.DOTALL))

    assert said[0] == said[1]
    assert len(said[0]) == 1
