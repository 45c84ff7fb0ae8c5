"""What a running tool compiles once, the tests compile once a process: each makes its own tool.

Templates, the addresses of routes, SQL statements and RSA keys: without this two thirds of a short
test are spent on making what the test before it made. Nothing else is shared.
"""

import itertools
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from lti import keys

KEYS = 8
STATEMENTS = 5_000
"""More than the whole suite has for one kind of database."""


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
    """Let all applications and databases of this process share what they compile."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": InMemory()}
    _share_keys()
    _share_addresses()
    _share_statements()


def _share_keys() -> None:
    """Let new tools take a few keys in turn: a tool that changes its key still gets another."""
    made = keys.generate_private_key
    few: list[RSAPrivateKey] = []
    turns = itertools.count()

    def one_of_few(public_exponent: int, key_size: int) -> RSAPrivateKey:
        if len(few) < KEYS:
            few.append(made(public_exponent, key_size))
        return few[next(turns) % KEYS]

    keys.generate_private_key = one_of_few


def _share_addresses() -> None:
    """Keep the functions that build an address: werkzeug writes and compiles two for each route."""
    compile_builder = Rule._compile_builder
    kept: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        parts = (*rule._trace, append_unknown)
        if parts not in kept:
            kept[parts] = compile_builder(rule, append_unknown)
        return kept[parts]

    Rule._compile_builder = builder


def _share_statements() -> None:
    """Let engines of one kind share a cache; its keys and the mappers' hold the dialect."""
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)
    DefaultDialect.__hash__ = lambda one: hash(type(one))
    kept = LRUCache[Any, Any](STATEMENTS)
    Engine._compiled_cache = property(lambda _engine: kept, lambda _engine, _own: None)
