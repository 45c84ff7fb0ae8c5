"""Films in the pieces a player asks for: whole, part, nothing new, and parts that do not exist."""

import pytest
from flask import Flask
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from modules.errors import NotFound
from plugin.media import sending

BYTES = bytes(range(256)) * 1024


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(BYTES)
    return path


@pytest.fixture
def client(film):
    app = Flask("films")
    app.add_url_rule("/film", view_func=lambda: sending.send(film))
    return app.test_client()


class TestWhole:
    def test_comes_with_its_type_and_length(self, client):
        answer = client.get("/film")
        assert (answer.status_code, answer.data) == (200, BYTES)
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Content-Length"] == str(len(BYTES))

    def test_says_that_parts_may_be_asked_for(self, client):
        assert client.get("/film").headers["Accept-Ranges"] == "bytes"

    def test_head_sends_no_bytes_but_the_length(self, client):
        answer = client.head("/film")
        assert (answer.data, answer.headers["Content-Length"]) == (b"", str(len(BYTES)))

    def test_a_reader_who_has_it_gets_nothing_again(self, client):
        tag = client.get("/film").headers["ETag"]
        answer = client.get("/film", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data) == (304, b"")


class TestPart:
    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-99", 0, 100),
            ("bytes=1000-1999", 1000, 2000),
            ("bytes=262000-", 262000, len(BYTES)),
            ("bytes=-500", len(BYTES) - 500, len(BYTES)),
            ("bytes=262100-999999", 262100, len(BYTES)),
            ("bytes=0-", 0, len(BYTES)),
            ("bytes=70000-200000", 70000, 200001),
        ],
    )
    def test_is_exactly_what_was_asked_for(self, client, asked, start, end):
        answer = client.get("/film", headers={"Range": asked})
        assert answer.status_code == 206
        assert answer.data == BYTES[start:end]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(BYTES)}"
        assert answer.headers["Content-Length"] == str(end - start)

    def test_outside_the_file_is_refused_with_its_length(self, client):
        answer = client.get("/film", headers={"Range": "bytes=999999-"})
        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(BYTES)}"

    @pytest.mark.parametrize("asked", ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=0-1,5-9"])
    def test_what_cannot_be_understood_brings_the_whole_file(self, client, asked):
        answer = client.get("/film", headers={"Range": asked})
        assert (answer.status_code, answer.data) == (200, BYTES)

    def test_if_the_file_is_still_the_same(self, client):
        tag = client.get("/film").headers["ETag"]
        answer = client.get("/film", headers={"Range": "bytes=0-9", "If-Range": tag})
        assert (answer.status_code, len(answer.data)) == (206, 10)

    @pytest.mark.parametrize("condition", ['"other"', "Thu, 12 Nov 2026 18:00:00 GMT"])
    def test_of_a_file_that_has_changed_is_the_whole_new_file(self, client, condition):
        answer = client.get("/film", headers={"Range": "bytes=0-9", "If-Range": condition})
        assert (answer.status_code, len(answer.data)) == (200, len(BYTES))


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("a.webm", "video/webm"),
            ("a.vtt", "text/vtt; charset=utf-8"),
            ("a.jpg", "image/jpeg"),
        ],
    )
    def test_have_their_own_type(self, tmp_path, name, kind):
        (tmp_path / name).write_bytes(b"x")
        with Flask("films").test_request_context("/"):
            assert sending.send(tmp_path / name).headers["Content-Type"] == kind

    def test_that_are_no_film_are_not_sent(self, tmp_path):
        (tmp_path / "notes.txt").write_text("private")
        with Flask("films").test_request_context("/"), pytest.raises(NotFound):
            sending.send(tmp_path / "notes.txt")

    def test_a_missing_file_is_not_found(self, tmp_path):
        with Flask("films").test_request_context("/"), pytest.raises(NotFound):
            sending.send(tmp_path / "film.mp4")


class TestBehindNginx:
    def test_the_bytes_are_left_to_it(self, film):
        with Flask("films").test_request_context("/"):
            answer = sending.send(film, accel_prefix="/protected", accel_name="lessons/a b.mp4")
        assert answer.headers["X-Accel-Redirect"] == "/protected/lessons/a%20b.mp4"
        assert answer.get_data() == b""


def test_an_unsatisfiable_part_is_an_http_error(film):
    headers = {"Range": "bytes=999999-"}
    with (
        Flask("films").test_request_context("/", headers=headers),
        pytest.raises(RequestedRangeNotSatisfiable),
    ):
        sending.send(film)
