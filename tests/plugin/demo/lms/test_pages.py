"""What a person sees of the demo LMS."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plugin.demo.lms import create_platform, demo_config, demo_people
from plugin.demo.lms.site import LineItem, Site
from plugin.demo.lms.texts import TEXTS
from tests.plugin.demo.lms.conftest import LMS, TOOL

IPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"}


def test_the_default_cast_is_plainly_invented_and_has_every_role() -> None:
    people = demo_people(48)

    assert sum(person.role == "student" for person in people) == 48
    assert {person.role.value for person in people} == {
        "student",
        "editingteacher",
        "teacher",
        "admin",
    }
    assert all("sintétic" in person.name for person in people)
    assert len({person.id for person in people}) == len(people)


def test_the_course_lists_its_people_with_their_roles(browser: FlaskClient) -> None:
    page = browser.get("/course/2").text

    assert "Persona sintética 01" in page
    assert "Profesor sin permiso de edición" in page
    assert "/course/2/activity/1?user=101" in page


def test_choosing_a_person_signs_in_as_them(browser: FlaskClient) -> None:
    page = browser.get("/course/2/activity/1?user=101").text

    assert "Sesión iniciada como" in page
    assert 'src="/mod/lti/launch.php?id=1"' in page


def test_the_iframe_grants_what_moodle_grants_and_no_more(browser: FlaskClient) -> None:
    page = browser.get("/course/2/activity/1?user=101").text

    assert f"autoplay {TOOL}" in page
    assert "clipboard" not in page
    assert "allowfullscreen" in page


def test_the_session_cookie_is_the_lms_own_and_lax(browser: FlaskClient) -> None:
    cookie = browser.get("/course/2/activity/1?user=101").headers["Set-Cookie"]

    assert cookie.startswith("demo_lms_session=")
    assert "SameSite=Lax" in cookie


def test_a_phone_gets_the_tool_as_a_full_page(browser: FlaskClient) -> None:
    answer = browser.get("/course/2/activity/1?user=101", headers=IPHONE)

    assert answer.location == "/mod/lti/launch.php?id=1&container=top"


def test_phones_can_be_kept_in_the_iframe() -> None:
    config = replace(demo_config(LMS, TOOL), phones_at_top_level=False)
    browser = create_platform(config).test_client()

    assert browser.get("/course/2/activity/1?user=101", headers=IPHONE).status_code == 200


def test_an_english_speaker_gets_english(browser: FlaskClient) -> None:
    assert '<html lang="en">' in browser.get("/course/2/activity/1?user=102").text


def test_the_language_switch_stays(browser: FlaskClient) -> None:
    browser.get("/user/language/en")

    assert "<h1>Courses</h1>" in browser.get("/").text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_language_switch_leads_nowhere_else(browser: FlaskClient, back: str) -> None:
    answer = browser.get("/user/language/en", query_string={"back": back})

    assert answer.location == "/"


def test_every_text_is_there_in_both_languages() -> None:
    assert all(words.es and words.en for words in TEXTS.values())


def test_a_student_sees_only_their_own_grades(browser: FlaskClient, site: Site) -> None:
    column = site.gradebook.add(LineItem(0, "2", "Avance", 100, 1))
    score = {"gradingProgress": "FullyGraded", "scoreGiven": 40, "scoreMaximum": 100}
    site.gradebook.score(column, "102", score, datetime(2026, 11, 21, tzinfo=UTC))
    browser.get("/course/2/activity/1?user=101")
    own = browser.get("/course/2/grades").text
    browser.get("/course/2/activity/1?user=11")
    everybody = browser.get("/course/2/grades").text

    assert "Persona sintética 02" not in own
    assert "Persona sintética 02" in everybody
    assert ">40" in everybody


def test_a_message_from_the_tool_is_shown_as_text(browser: FlaskClient) -> None:
    page = browser.get("/mod/lti/return.php?course=2&lti_errormsg=<b>no</b>").text

    assert "&lt;b&gt;no&lt;/b&gt;" in page


def test_only_an_administrator_manages_tools(browser: FlaskClient) -> None:
    browser.get("/course/2/activity/1?user=11")
    assert browser.get("/mod/lti/toolconfigure.php").status_code == 403
    browser.get("/course/2/activity/1?user=2")
    assert browser.get("/mod/lti/toolconfigure.php").status_code == 200


@pytest.mark.parametrize("path", ["/", "/course/2", "/course/2/grades", "/nothing"])
def test_no_page_asks_another_site_for_anything(browser: FlaskClient, path: str) -> None:
    page = browser.get(path)
    links = [
        part.split('"')[0] for part in page.text.replace('src="', 'href="').split('href="')[1:]
    ]

    assert all(not urlsplit(link).netloc for link in links)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_an_unknown_page_is_explained(platform: Flask) -> None:
    answer = platform.test_client().get("/course/99")

    assert answer.status_code == 404
    assert "Algo no salió bien" in answer.text
