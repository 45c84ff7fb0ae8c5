"""Names and telephone numbers are encrypted at rest, each value bound to its own column.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The stored text is
`<key id>.<base64 of nonce + ciphertext>`; the column's name is authenticated with it, so a value
copied into another column does not decrypt. Several keys may be known, the first one encrypts.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The value was written with a key this installation does not know, or was altered."""


class Keyring:
    """The secrets of one installation, newest first; each gives an encryption and an index key."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < 32 for secret in secrets):
            raise ValueError("an encryption secret has at least 32 characters")
        self._ciphers = {self._key_id(s): AESGCM(_derive(s, b"columna/encrypt")) for s in secrets}
        self._current = self._key_id(secrets[0])
        # An index must stay the same when the encryption key changes: the oldest secret makes it.
        self._index_key = _derive(secrets[-1], b"columna/index")

    @staticmethod
    def _key_id(secret: str) -> str:
        return hashlib.sha256(b"columna/key-id" + secret.encode()).hexdigest()[:8]

    def encrypt(self, plain: str, context: str) -> str:
        """Return the stored form of `plain`, bound to `context` (the column it belongs to)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain.encode(), context.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, context: str) -> str:
        """Return the plain text. Raises CannotDecrypt."""
        key_id, _, body = stored.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            plain = self._ciphers[key_id].decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()
            )
        except (KeyError, InvalidTag, ValueError) as error:
            raise CannotDecrypt(context) from error
        return plain.decode()

    def blind_index(self, plain: str, context: str) -> str:
        """Return a keyed hash by which an encrypted value can be found again."""
        message = context.encode() + b"\0" + plain.encode()
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()

    def secret_for(self, purpose: str) -> bytes:
        """Return 32 bytes for one named purpose, for keyed hashes outside this module."""
        return hmac.new(self._index_key, b"purpose\0" + purpose.encode(), hashlib.sha256).digest()


def _derive(secret: str, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


_installed: list[Keyring] = []


def install_keyring(keyring: Keyring) -> None:
    """Make the keyring that encrypted columns of this process use."""
    _installed[:] = [keyring]


def keyring() -> Keyring:
    """Return the installed keyring. Raises RuntimeError when start-up forgot it."""
    if not _installed:
        raise RuntimeError("no keyring is installed")
    return _installed[0]


class EncryptedText(TypeDecorator[str]):
    """A text column that is encrypted at rest; `context` names the column, as `table.column`."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else keyring().encrypt(value, self.context)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else keyring().decrypt(value, self.context)
