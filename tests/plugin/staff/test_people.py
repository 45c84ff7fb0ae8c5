"""The people of a course: a page at a time, found by name, marked when they are not let in."""

import logging

import pytest

from lti.models import MembershipStatus
from plugin.app import create_app
from plugin.staff.people import CoursePerson
from tests.factories import LEARNER, Clinic
from tests.statements import sent

MANY = 60


@pytest.fixture
def here(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


@pytest.fixture
def enroller(here):
    return here.browser(create_app(tool=here.tool), "enroller")


def crowd(clinic, number=MANY):
    with clinic.writing() as session:
        for count in range(number):
            clinic.member(session, f"Persona {count:04}", LEARNER)


def find(enroller, name):
    answer = enroller.post("/staff/people", {"name": name})
    assert answer.status_code == 200
    return answer.text


class TestPages:
    def test_a_long_list_comes_a_page_at_a_time(self, here, enroller):
        crowd(here)
        first, last = (enroller.get(f"/staff/people?waiting={n}").text for n in (1, 3))

        assert first.count("/enrol") == 25
        assert "Persona 0000" in first
        assert "Persona 0059" not in first
        assert "Persona 0059" in last
        assert f"({MANY})" in first

    def test_who_takes_part_has_pages_too(self, here, enroller):
        with here.writing() as session:
            for count in range(30):
                here.enrolled(session, f"Inscrita {count:02}")
        page = enroller.get("/staff/people?enrolled=2").text

        assert "Inscrita 29" in page
        assert "Inscrita 00" not in page


class TestFinding:
    @pytest.mark.parametrize("asked", ["nunez", "NÚÑEZ", "jose nu", "núñez José", "  josé  "])
    def test_accents_capitals_and_order_do_not_matter(self, asked):
        one = CoursePerson(None, "José Núñez", MembershipStatus.ACTIVE, None, None, None)

        assert one.is_called(asked)
        assert not one.is_called("unez")

    def test_somebody_far_down_is_found(self, here, enroller):
        crowd(here)
        page = find(enroller, "0059")

        assert "Persona 0059" in page
        assert page.count("/enrol") == 1

    def test_by_code_too(self, here, enroller):
        with here.writing() as session:
            here.enrolled(session, "Primera")
            here.enrolled(session, "Segunda")
        page = find(enroller, "k02")

        assert "Segunda" in page
        assert "Primera" not in page

    def test_what_is_found_of_many_says_how_many_there_are(self, here, enroller):
        crowd(here)
        page = find(enroller, "persona")

        assert page.count("/enrol") == 25
        assert f"25 de {MANY}" in page
        assert "waiting=2" not in page

    def test_nobody_of_that_name_is_said(self, here, enroller):
        crowd(here, 2)

        assert "Nadie con ese nombre" in find(enroller, "zzz")

    def test_too_long_a_name_is_refused_with_words(self, enroller):
        answer = enroller.post("/staff/people", {"name": "x" * 81})

        assert answer.status_code == 422
        assert 'id="name-error"' in answer.text

    def test_the_name_stands_in_no_address_and_no_log(self, here, enroller, caplog):
        caplog.set_level(logging.DEBUG)
        crowd(here, 2)
        page = enroller.post("/staff/people", {"name": "Apellido-Raro"})

        assert "Apellido-Raro" not in page.request.path + page.request.query_string.decode()
        assert "Apellido-Raro" not in caplog.text
        addresses = [part.split('"')[0] for part in page.text.split('href="')[1:]]
        assert not any("Apellido" in address for address in addresses)

    def test_looking_for_somebody_waits_for_nobody_who_writes(self, here, enroller):
        crowd(here, 2)
        with here.writing() as session:
            here.member(session, "Se está escribiendo", LEARNER)

            assert "Persona 0001" in find(enroller, "0001")

    def test_it_needs_the_token_of_a_form(self, enroller):
        assert enroller.post("/staff/people", {"name": "x"}, token=None).status_code == 400


class TestSuspended:
    def test_who_is_suspended_is_marked_and_not_enrolled_from_here(self, here, enroller):
        with here.writing() as session:
            here.member(session, "Suspendida", LEARNER).status = MembershipStatus.SUSPENDED
        page = enroller.get("/staff/people").text

        assert "acceso suspendido" in page
        assert "/enrol" not in page

    def test_a_participant_who_is_suspended_stays_and_is_marked(self, here, enroller):
        with here.writing() as session:
            here.enrolled(session, "Inscrita").status = MembershipStatus.SUSPENDED
        page = enroller.get("/staff/people").text

        assert "Inscrita" in page
        assert "acceso suspendido" in page


def test_it_asks_as_often_for_many_as_for_few(here, enroller):
    token, counts = enroller.token(), []
    for _ in range(2):
        with sent() as statements:
            enroller.post("/staff/people", {"name": "persona"}, token=token)
        counts.append(len(statements))
        crowd(here)

    assert counts[0] == counts[1] <= 25
