"""Templates are compiled once a test process, not once an application: every test makes its own."""

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class InMemory(BytecodeCache):
    """Compiled templates by the checksum of their source."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        if code := self._compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Let all applications of this process share their compiled templates."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": InMemory()}
