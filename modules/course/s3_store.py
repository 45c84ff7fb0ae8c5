"""S3-compatible storage for the clinic's own videos, the only door to boto3 (extra `s3`)."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]

BLOCK = 64 * 1024
LINK_LASTS_S = 3600


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


def connect(bucket: str, folder: str, *, endpoint: str, presigned: bool) -> S3Store:
    """Return the store of a bucket; its keys come from the environment, as boto3 reads them.

    `endpoint`: address of the storage, empty for Amazon's.
    """
    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    return S3Store(client, bucket, folder, presigned=presigned)
