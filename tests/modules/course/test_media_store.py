"""A folder and an S3 storage keep the same promises; the storage is a small stand-in."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from modules.course import media_store
from modules.course.media_store import DiskStore, MediaStore

BYTES = bytes(range(256)) * 40


class Storage(BaseHTTPRequestHandler):
    """As much of S3 as the store uses: put, get with a range, delete; addresses by path."""

    files: dict[str, bytes]

    def do_PUT(self) -> None:
        """Keep an object."""
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            data = _unchunked(data)
        self.files[urlsplit(self.path).path] = data
        self._answer(200)

    def do_GET(self) -> None:
        """Send an object or a part of it."""
        data = self.files.get(urlsplit(self.path).path)
        if data is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        asked = self.headers.get("Range")
        if asked:
            start, end = asked.removeprefix("bytes=").split("-")
            self._answer(206, data[int(start) : int(end) + 1])
        else:
            self._answer(200, data)

    def do_DELETE(self) -> None:
        """Forget an object."""
        self.files.pop(urlsplit(self.path).path, None)
        self._answer(204)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def _unchunked(data: bytes) -> bytes:
    whole = b""
    while data:
        head, _line, rest = data.partition(b"\r\n")
        length = int(head.split(b";")[0], 16)
        if length == 0:
            break
        whole, data = whole + rest[:length], rest[length + 2 :]
    return whole


@pytest.fixture
def storage(monkeypatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    Storage.files = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Storage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["disk", "s3"])
def store(request, tmp_path) -> MediaStore:
    if request.param == "disk":
        return media_store.build(str(tmp_path / "media"))
    return media_store.build("s3://films/clinic", request.getfixturevalue("storage"))


def test_what_was_put_is_read_again(store):
    store.put("a.mp4", io.BytesIO(BYTES), "video/mp4")
    assert b"".join(store.read("a.mp4", 0, len(BYTES))) == BYTES


@pytest.mark.parametrize(("start", "length"), [(0, 1), (100, 5000), (len(BYTES) - 7, 7)])
def test_a_part_is_exactly_what_was_asked_for(store, start, length):
    store.put("a.mp4", io.BytesIO(BYTES), "video/mp4")
    assert b"".join(store.read("a.mp4", start, length)) == BYTES[start : start + length]


def test_what_was_deleted_is_gone_and_deleting_again_is_no_error(store):
    store.put("a.mp4", io.BytesIO(BYTES), "video/mp4")
    for _time in range(2):
        store.delete("a.mp4")
    with pytest.raises(Exception, match=r"NoSuchKey|No such file"):
        list(store.read("a.mp4", 0, 1))


def test_a_file_that_breaks_off_leaves_nothing_behind(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the line is gone")

    store = DiskStore(tmp_path / "media")
    with pytest.raises(OSError, match="the line is gone"):
        store.put("a.mp4", Broken(), "video/mp4")
    assert list((tmp_path / "media").iterdir()) == []


def test_the_storage_keeps_files_below_the_folder_of_the_setting(storage):
    media_store.build("s3://films/clinic", storage).put("a.mp4", io.BytesIO(b"x"), "video/mp4")
    assert list(Storage.files) == ["/films/clinic/a.mp4"]


def test_a_signed_link_leads_to_the_file_and_ends(storage):
    store = media_store.build("s3://films", storage, presigned=True)
    store.put("a.mp4", io.BytesIO(BYTES), "video/mp4")
    link = store.link("a.mp4", "video/mp4")
    assert "X-Amz-Expires=3600" in link
    assert "secret" not in link
    with urlopen(link) as answer:
        assert answer.read() == BYTES


def test_links_are_given_only_where_the_setting_wants_them(store):
    assert store.link("a.mp4", "video/mp4") is None
