"""The pieces of a film: sent by the grant of its page, in that browser, for a while."""

import re
from pathlib import Path

import pytest

from lti.launch import sessions
from modules.course.content import shipped
from modules.records.media_models import OwnMedia
from tests.plugin.media.test_own_videos import CLIP, WALK, send
from tests.statements import sent

PART = {"Range": "bytes=100-299"}
FILM = Path(shipped()) / "media/exercises/e5_walk.es.mp4"


@pytest.fixture
def tool(tool, tmp_path):
    tool.settings = tool.settings.model_copy(update={"media_store": str(tmp_path / "media")})
    return tool


@pytest.fixture
def patient(client_for):
    return client_for("patient")


def address(patient, kind: str = "mp4") -> str:
    """Return what the exercise's page gives its player."""
    (found,) = re.findall(
        rf'src="([^"]+)" type="video/{kind}"', patient.get("/exercises/e5_walk").text
    )
    return found


def plain(granted: str) -> str:
    return granted[granted.index("/t/") :]


def refused(answer, granted: str) -> bool:
    """Whether it leads to where everything is asked again, and sends no byte of the film."""
    return (answer.status_code, answer.headers["Location"]) == (302, plain(granted))


def test_a_granted_piece_asks_the_database_nothing(patient):
    granted = address(patient)
    with sent() as statements:
        answer = patient.client.get(granted, headers=PART)

    assert (answer.status_code, answer.data) == (206, FILM.read_bytes()[100:300])
    assert statements == []


def test_a_piece_of_an_own_film_asks_only_whether_it_is_still_shown(patient, client_for):
    staff = client_for("staff")
    send(staff, f"{WALK}/es", CLIP.read_bytes())
    granted = address(patient)
    with sent() as statements:
        answer = patient.client.get(granted, headers=PART)
    staff.post(f"{WALK}/es/out")

    assert (answer.data, len(statements)) == (CLIP.read_bytes()[100:300], 1)
    assert patient.client.get(granted, headers=PART).status_code == 404


def test_the_address_opens_nothing_in_another_browser(app, patient, client_for):
    granted = address(patient)

    assert refused(app.test_client().get(granted, headers=PART), granted)
    assert app.test_client().get(plain(granted), headers=PART).status_code == 401
    assert refused(client_for("patient").client.get(granted, headers=PART), granted)


def test_the_cookie_of_another_launch_does_not_fit(patient, client_for):
    granted, other = address(patient), client_for("patient")
    name = sessions.cookie_name(patient.ref)
    other.client.set_cookie(name, "guessed", domain="localhost")

    assert refused(other.client.get(granted, headers=PART), granted)


def test_a_grant_is_for_one_file(patient):
    granted = address(patient)
    other = granted.replace("e5_walk", "c7_superman")

    assert refused(patient.client.get(other, headers=PART), other)
    assert patient.client.get(plain(other), headers=PART).status_code == 404


def test_a_film_that_runs_on_after_the_grant_goes_on(patient, clock):
    granted = address(patient)
    clock.move(minutes=11)
    answer = patient.client.get(granted, headers=PART)

    assert refused(answer, granted)
    assert answer.headers["Cache-Control"] == "no-store"
    assert patient.client.get(plain(granted), headers=PART).status_code == 206
    assert patient.client.get(address(patient), headers=PART).status_code == 206


@pytest.mark.parametrize("grant", ["x", "a.b", "%00", "é"])
def test_what_is_no_grant_is_refused(patient, grant):
    granted = f"/films/{grant}{plain(address(patient))}"

    assert patient.client.get(granted, headers=PART).status_code == 302


def test_a_grant_of_another_moment_cannot_be_made(patient, clock):
    """The moment is part of what is signed."""
    first = address(patient)
    clock.move(minutes=11)
    second = address(patient)
    moment, signature = second.split("/")[2].split(".")[0], first.split("/")[2].split(".")[1]
    forged = f"/films/{moment}.{signature}{plain(first)}"

    assert refused(patient.client.get(forged, headers=PART), forged)


def test_own_videos_are_looked_up_by_no_other_way(patient, client_for, clinic):
    """Whoever guesses a film's key without a grant meets the guards of the page."""
    send(client_for("staff"), "/staff/library/exercises/c7_superman/es", CLIP.read_bytes())
    key = clinic.rows(OwnMedia)[0].id
    guessed = f"/films/x.y/t/{patient.ref}/own-media/{key}"

    assert refused(patient.client.get(guessed), guessed)
    assert patient.client.get(plain(guessed)).status_code == 404
