"""The clinic's own videos: looked into before they are kept, shown in their place, in parts."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from modules.course.content import shipped
from modules.course.media_store import DiskStore
from modules.records.media_models import OwnMedia
from modules.records.models import VideoView
from plugin.media import receiving
from plugin.models import AuditEvent

CLIP = Path(shipped()) / "media/exercises/e5_walk.en.mp4"
FILM = Path(shipped()) / "media/lessons/education.en.webm"
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHola\n"
WALK = "/staff/library/exercises/e5_walk"


@pytest.fixture
def tool(tool, tmp_path):
    tool.settings = tool.settings.model_copy(update={"media_store": str(tmp_path / "media")})
    return tool


@pytest.fixture
def staff(client_for):
    return client_for("staff")


@pytest.fixture
def patient(client_for):
    return client_for("patient")


def send(browser, path: str, data: bytes, name: str = "film", token: str | None = None):
    fields = {
        "csrf_token": browser.token() if token is None else token,
        name: FileStorage(io.BytesIO(data), "anything.txt"),
    }
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.client.post(browser.url(path), data=body, content_type=kind)


@pytest.fixture
def shown(staff, clinic):
    """The clip of walking, replaced by an own one in Spanish."""
    assert send(staff, f"{WALK}/es", CLIP.read_bytes()).status_code == 303
    return clinic.rows(OwnMedia)[0]


class TestPuttingIn:
    def test_keeps_what_the_content_says_whatever_the_name_is(self, shown, staff):
        assert (shown.kind, shown.slot, shown.uploaded_by) == (
            "mp4",
            "exercises/e5_walk.es",
            staff.user_id,
        )
        assert (shown.size, shown.width) == (CLIP.stat().st_size, 640)

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.7", CLIP.read_bytes()[:500]])
    def test_what_is_no_film_is_refused_and_not_kept(self, staff, clinic, data, tmp_path):
        answer = send(staff, f"{WALK}/es", data)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert clinic.rows(OwnMedia) == []
        assert not list((tmp_path / "media").glob("*"))

    def test_a_clip_longer_than_its_place_takes_is_refused(self, staff, clinic, monkeypatch):
        short = receiving.Limits(receiving.LARGEST_CLIP, 3)
        monkeypatch.setitem(receiving.LIMITS, "exercises", short)
        assert send(staff, f"{WALK}/es", CLIP.read_bytes()).status_code == 422
        assert clinic.rows(OwnMedia) == []

    def test_a_file_larger_than_its_place_takes_is_refused(self, staff, clinic, monkeypatch):
        small = receiving.Limits(1000, 300)
        monkeypatch.setitem(receiving.LIMITS, "exercises", small)
        assert send(staff, f"{WALK}/es", CLIP.read_bytes()).status_code == 422
        assert clinic.rows(OwnMedia) == []

    def test_a_film_above_the_usual_limit_of_a_form_arrives(self, staff, clinic, tmp_path):
        program = shutil.which("ffmpeg")
        assert program, "needs ffmpeg"
        path = tmp_path / "large.mp4"
        noise = "testsrc2=s=640x360:r=25:d=8,noise=alls=100:allf=t"
        options = ["-f", "lavfi", "-i", noise, "-c:v", "libx264", "-qp", "12"]
        subprocess.run([program, "-v", "error", *options, str(path)], check=True)
        assert path.stat().st_size > 3 * 1024 * 1024
        assert (
            send(staff, "/staff/library/lessons/education/es", path.read_bytes()).status_code == 303
        )
        assert clinic.rows(OwnMedia)[0].size == path.stat().st_size

    def test_others_keep_writing_while_a_film_is_stored(self, staff, clinic, tool, monkeypatch):
        """Nothing holds the database while the body is read and stored."""
        written = []

        def put(self, key, stream, content_type):
            with tool.database.writing() as session:
                written.append(session.execute(text("SELECT 1")).scalar())

        monkeypatch.setattr(DiskStore, "put", put)
        assert send(staff, f"{WALK}/es", CLIP.read_bytes()).status_code == 303
        assert written == [1]

    @pytest.mark.parametrize("kind", ["patient", "control", "assessor", "visitor"])
    def test_nobody_but_staff_sends_films(self, client_for, clinic, kind, tmp_path):
        browser = client_for(kind)
        with_token = "x" if kind == "visitor" else None
        answer = send(browser, f"{WALK}/es", CLIP.read_bytes(), token=with_token)
        assert answer.status_code in (400, 403)
        assert clinic.rows(OwnMedia) == []
        assert not list((tmp_path / "media").glob("*"))

    def test_a_forged_form_is_refused_before_anything_is_kept(self, staff, clinic, tmp_path):
        assert send(staff, f"{WALK}/es", CLIP.read_bytes(), token="x").status_code == 400
        assert not list((tmp_path / "media").glob("*"))

    @pytest.mark.parametrize(
        "path", ["exercises/none/es", "lessons/none/es", "exercises/e5_walk/fr"]
    )
    def test_there_is_no_other_place(self, staff, clinic, path):
        answer = send(staff, f"/staff/library/{path}", CLIP.read_bytes())
        assert answer.status_code == 404
        assert clinic.rows(OwnMedia) == []

    def test_a_new_film_replaces_the_old_one_which_stays_on_record(self, shown, staff, clinic):
        send(staff, f"{WALK}/es", FILM.read_bytes())
        kinds = {row.kind: row.ended_at is None for row in clinic.rows(OwnMedia)}
        assert kinds == {"mp4": False, "webm": True}

    def test_is_in_the_audit_trail(self, shown, staff, clinic):
        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "media.put_in")
        assert (event.actor_id, event.detail) == (staff.user_id, {"slot": "exercises/e5_walk.es"})


class TestShown:
    def test_in_its_place_instead_of_the_courses_film(self, shown, patient):
        page = patient.get("/exercises/e5_walk").text
        assert f"/own-media/{shown.id}" in page
        assert "/media/exercises/e5_walk" not in page

    def test_in_its_language_only(self, shown, patient):
        patient.post("/language/en")
        assert "/own-media/" not in patient.get("/exercises/e5_walk").text

    def test_in_parts(self, shown, patient):
        answer = patient.get(f"/own-media/{shown.id}", headers={"Range": "bytes=100-299"})
        assert (answer.status_code, answer.data) == (206, CLIP.read_bytes()[100:300])
        assert answer.headers["Content-Type"] == "video/mp4"

    def test_to_nobody_whose_module_is_shut(self, staff, patient, clinic):
        send(staff, "/staff/library/exercises/c7_superman/es", CLIP.read_bytes())
        one = clinic.rows(OwnMedia)[0].id
        assert patient.get(f"/own-media/{one}").status_code == 404

    def test_to_no_arm_without_a_programme(self, shown, client_for):
        assert client_for("control").get(f"/own-media/{shown.id}").status_code == 403

    def test_to_staff_as_a_preview(self, shown, staff):
        assert f"/staff/library/files/{shown.id}" in staff.get(WALK).text
        assert staff.get(f"/staff/library/files/{shown.id}").data == CLIP.read_bytes()

    def test_no_longer_once_it_is_taken_out(self, shown, staff, patient):
        staff.post(f"{WALK}/es/out")
        assert "/own-media/" not in patient.get("/exercises/e5_walk").text
        assert patient.get(f"/own-media/{shown.id}").status_code == 404

    def test_as_not_there_when_its_file_is_gone(self, shown, staff, tool):
        tool.media_store.delete(shown.storage_key)
        assert staff.get(f"/staff/library/files/{shown.id}").status_code == 404

    def test_what_was_watched_of_it_is_noted_apart(self, staff, patient, clinic):
        send(staff, "/staff/library/lessons/education/es", FILM.read_bytes())
        sent = {"position": "5", "duration": "100", "played": "[[0, 5]]"}
        assert patient.post("/programme/education/what_is_it/film", sent).status_code == 204
        (view,) = clinic.rows(VideoView)
        assert view.video_key == f"own/{clinic.rows(OwnMedia)[0].id}"

    def test_by_the_web_server_where_one_stands_in_front(self, shown, patient, tool):
        tool.settings = tool.settings.model_copy(update={"accel_prefix": "/protected"})
        answer = patient.get(f"/own-media/{shown.id}")
        assert answer.headers["X-Accel-Redirect"] == f"/protected/own/{shown.storage_key}"

    def test_by_the_storage_where_the_setting_wants_it(self, shown, patient, tool, monkeypatch):
        link = "https://s3.example.org/films/a.mp4?X-Amz-Signature=1"
        monkeypatch.setattr(DiskStore, "path", lambda self, key: None)
        monkeypatch.setattr(DiskStore, "link", lambda self, key, kind: link)
        tool.settings = tool.settings.model_copy(
            update={"media_presigned": True, "media_endpoint": "https://s3.example.org"}
        )
        answer = patient.get(f"/own-media/{shown.id}")
        assert (answer.status_code, answer.headers["Location"]) == (302, link)
        policy = patient.get("/today").headers["Content-Security-Policy"]
        assert "media-src 'self' https://s3.example.org;" in policy


class TestCaptions:
    def test_stand_beside_the_own_film(self, shown, staff, patient, clinic):
        assert send(staff, f"{WALK}/es/captions", VTT, "captions").status_code == 303
        one = clinic.rows(OwnMedia, OwnMedia.kind == "vtt")[0].id
        assert (
            f'/t/{patient.ref}/own-media/{one}" srclang="es"'
            in patient.get("/exercises/e5_walk").text
        )
        assert patient.get(f"/own-media/{one}").data == VTT

    def test_that_are_none_are_refused(self, shown, staff, clinic):
        assert send(staff, f"{WALK}/es/captions", b"1\nsrt", "captions").status_code == 422
        assert len(clinic.rows(OwnMedia)) == 1

    def test_need_an_own_film(self, staff, clinic):
        assert send(staff, f"{WALK}/es/captions", VTT, "captions").status_code == 404
        assert clinic.rows(OwnMedia) == []

    def test_of_a_film_end_with_it(self, shown, staff, clinic):
        send(staff, f"{WALK}/es/captions", VTT, "captions")
        send(staff, f"{WALK}/es", FILM.read_bytes())
        current = [row.kind for row in clinic.rows(OwnMedia) if row.ended_at is None]
        assert current == ["webm"]
