"""What a page costs does not grow with the study: the same number of questions to the database."""

from datetime import timedelta

import pytest

from plugin import reminders
from tests import factories
from tests.factories import CONTROL, TODAY, TREATED
from tests.statements import sent

FEW, MANY = 3, 15


def grow(clinic, number: int, days: int = 20) -> None:
    """Let more people take part, in both arms, with all that comes with it."""
    with clinic.writing() as session:
        for count in range(number):
            arm = (TREATED, CONTROL)[count % 2]
            one = clinic.patient(session, arm, 14 + count % 5).participant_id
            clinic._count += 1
            factories.contact(session, one, f"+52 55 0000 {clinic._count:04}")
            factories.assessment(session, one, "week_2", "vas_pain")
            if arm == TREATED:
                for back in range(1, days):
                    on = TODAY - timedelta(days=back)
                    factories.diary_entry(session, one, on)
                    factories.login_day(session, one, on)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("staff", "/staff/"),
        ("staff", "/staff/?need=any&week=3&module=education&whose=mine&sort=last_seen"),
        ("enroller", "/staff/people"),
        ("staff", "/care/colleagues"),
        ("assessor", "/assessor/"),
    ],
)
def test_a_list_asks_as_often_for_many_as_for_few(clinic, client_for, kind, path):
    browser = client_for(kind)
    grow(clinic, FEW)
    counts = []
    for _ in range(2):
        with sent() as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
        grow(clinic, MANY)

    assert counts[0] == counts[1]
    assert counts[0] <= 27


@pytest.mark.parametrize(
    "path",
    [
        "/today",
        "/programme",
        "/exercises/",
        "/exercises/session",
        "/diary",
        "/progress",
        "/questions",
        "/messages",
    ],
)
def test_a_patients_page_does_not_cost_more_with_a_longer_diary(clinic, client_for, path):
    patient = client_for("patient", day=15)
    counts = []
    for days in (range(1, 4), range(4, 13)):
        with clinic.writing() as session:
            for back in days:
                on = TODAY - timedelta(days=back)
                factories.diary_entry(session, patient.participant_id, on)
                factories.login_day(session, patient.participant_id, on)
        with sent() as statements:
            assert patient.get(path).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_planning_reminders_asks_as_often_for_many_as_for_few(clinic):
    """Inserts grow with what is planned; questions must not."""
    counts = []
    for number in (FEW, MANY):
        grow(clinic, number)
        with sent() as statements:
            reminders.plan_all(clinic.tool, clinic.tool.now())
        counts.append(len([one for one in statements if one.startswith("SELECT")]))

    assert counts[0] == counts[1]
