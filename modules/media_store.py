"""Where the clinic's own videos lie: a folder of this machine, or S3-compatible storage."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

BLOCK = 64 * 1024
LINK_LASTS_S = 3600


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


class S3Store:
    """Files in a bucket, below a folder; needs the extra `s3` (boto3)."""

    def __init__(self, client: Any, bucket: str, folder: str, *, presigned: bool) -> None:
        self._client, self._bucket, self._presigned = client, bucket, presigned
        self._folder = folder.strip("/")

    def put(self, key: str, stream: BinaryIO, content_type: str) -> None:
        """Send the file; large ones go in parts."""
        self._client.upload_fileobj(
            stream, self._bucket, self._name(key), ExtraArgs={"ContentType": content_type}
        )

    def path(self, key: str) -> Path | None:
        """Return None: the file is not on this machine."""
        return None

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Yield a part of the file; the storage is asked for this part alone."""
        answer = self._client.get_object(
            Bucket=self._bucket, Key=self._name(key), Range=f"bytes={start}-{start + length - 1}"
        )
        with closing(answer["Body"]) as body:
            yield from body.iter_chunks(BLOCK)

    def link(self, key: str, content_type: str) -> str | None:
        """Return a signed address of the file, where the setting wants it."""
        if not self._presigned:
            return None
        signed: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": self._name(key),
                "ResponseContentType": content_type,
            },
            ExpiresIn=LINK_LASTS_S,
        )
        return signed

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def _name(self, key: str) -> str:
        return f"{self._folder}/{key}" if self._folder else key


def build(place: str, endpoint: str = "", *, presigned: bool = False) -> MediaStore:
    """Return the store of a setting: a folder, or `s3://bucket/folder`.

    Keys of the storage come from the environment, as boto3 reads them.
    """
    if not place.startswith("s3://"):
        return DiskStore(Path(place))
    import boto3  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    parts = urlsplit(place)
    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    return S3Store(client, parts.netloc, parts.path, presigned=presigned)
