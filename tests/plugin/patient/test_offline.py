"""What a person may keep on their device: the list of it, and what stands in for the rest."""

import json
import re

import pytest

from modules.course import content


@pytest.fixture
def kept(patient):
    page = patient.page("/exercises/session")
    return json.loads(re.search(r"data-offline-plan>(.*?)</script>", page)[1])


def test_it_lasts_as_long_as_the_session(kept):
    assert kept["lasts"] == 12 * 3600


def test_it_holds_the_pages_of_today_and_every_one_is_there(kept, patient):
    assert kept["pages"][0] == "/t/abc/today"
    assert "/t/abc/diary/2026-11-12" in kept["pages"]
    assert {patient.client.get(page).status_code for page in kept["pages"]} == {200}


def test_it_holds_every_script_that_the_session_may_fetch_later(kept):
    names = {address.rsplit("/", 1)[1] for address in kept["assets"]}
    assert {"columna.css", "session-stage.js", "speech.js", "diary-kept.js"} <= names


def test_each_film_says_how_many_bytes_it_has(kept, patient):
    files = [file for film in kept["films"] for file in film.values()]
    assert files
    for file in files:
        path = content.media_file(file["key"].removeprefix("/"))
        assert file["bytes"] == path.stat().st_size
        assert file["address"].endswith(f"/t/abc{file['key']}")


def test_where_the_exercises_are_stopped_nothing_is_offered(make_patient):
    assert "data-offline-plan" not in make_patient(day=None).get("/exercises/session").text


def test_a_page_that_is_not_kept_leads_to_what_is(patient):
    page = patient.page("/offline")
    for address in ("/exercises/session", "/diary", "/warning"):
        assert f'href="/t/abc{address}"' in page
