"""Where the clinic's own videos lie: a folder of this machine, or S3-compatible storage."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

BLOCK = 64 * 1024


class MediaStore(Protocol):
    """Keeps files under keys; a key is written once and never changed."""

    def put(self, key: str, stream: BinaryIO, content_type: str) -> None:
        """Keep a file; when this returns it is safe. Raises OSError or the storage's errors."""

    def path(self, key: str) -> Path | None:
        """Return where the file lies on this machine; None when it lies elsewhere."""

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Yield a part of a file in blocks."""

    def link(self, key: str, content_type: str) -> str | None:
        """Return an address that lasts an hour; None when files go through the tool."""

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""


class DiskStore:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, stream: BinaryIO, content_type: str) -> None:
        """Write beside, then move into place: nobody ever reads half a film."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as target:
                shutil.copyfileobj(stream, target, BLOCK)
                target.flush()
                os.fsync(target.fileno())
            Path(name).replace(self._folder / key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def path(self, key: str) -> Path | None:
        """Return the place of the file."""
        return self._folder / key

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Yield a part of the file."""
        with (self._folder / key).open("rb") as opened:
            opened.seek(start)
            while length > 0 and (block := opened.read(min(BLOCK, length))):
                length -= len(block)
                yield block

    def link(self, key: str, content_type: str) -> str | None:
        """Return None: files go through the tool, or the web server before it."""
        return None

    def delete(self, key: str) -> None:
        """Remove the file."""
        (self._folder / key).unlink(missing_ok=True)


def build(place: str, endpoint: str = "", *, presigned: bool = False) -> MediaStore:
    """Return the store of a setting: a folder, or `s3://bucket/folder`.

    The second kind needs the extra `s3`; an installation without it never loads boto3.
    """
    if not place.startswith("s3://"):
        return DiskStore(Path(place))
    remote = import_module("modules.course.s3_store")
    parts = urlsplit(place)
    store: MediaStore = remote.connect(
        parts.netloc, parts.path, endpoint=endpoint, presigned=presigned
    )
    return store
