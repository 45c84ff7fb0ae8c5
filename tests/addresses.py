"""Every address of the application, filled with sample values: for tests that try all of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

SOMEBODY = uuid.UUID(int=7)
SAMPLES: dict[str, object] = {
    "version": "x",
    "filename": "lti.css",
    "name": "education/education.es.mp4",
    "code": "en",
    "module_key": "education",
    "lesson_key": "pain",
    "exercise_id": "bridge",
    "day": "2026-11-12",
    "visit": "baseline",
    "visit_key": "baseline",
    "instrument": "odi",
    "instrument_key": "odi",
    "token": "nothing",
}
OPEN = frozenset({"lti", "webhooks", "health", "assets", "visit_links", "films", "home_screen"})
"""Blueprints without a person: launches, Twilio (signed), monitoring, styles, printed links, the
page of the icon on a home screen, and films, which ask for a grant."""
OWN_GUARD = frozenset({"start", "linking"})
"""Blueprints of every launch: they ask who is there themselves."""


@dataclass(frozen=True)
class Address:
    """One method of one address; `path` is below the launch's prefix for a person's page."""

    blueprint: str
    endpoint: str
    method: str
    path: str
    of_a_launch: bool


def quoted(text: str) -> str:
    """Return any text as one part of an address, as a browser would send it."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def all_of(app: Flask, **values: object) -> Iterator[Address]:
    """Yield every method of every route; `values` come before the samples."""
    known = {**SAMPLES, **values}
    for rule in app.url_map.iter_rules():
        given = {name: _value(rule, name, known) for name in rule.arguments - {"ref"}}
        adapter = app.url_map.bind("localhost")
        path = adapter.build(
            rule.endpoint, {**given, "ref": "REF"} if "ref" in rule.arguments else given
        )
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(
                rule.endpoint.split(".")[0],
                rule.endpoint,
                method,
                path.removeprefix("/t/REF"),
                "ref" in rule.arguments,
            )


def _value(rule: Rule, name: str, known: dict[str, object]) -> object:
    """Return a value for a parameter: the one given, else one of the right kind."""
    if name in known:
        return known[name]
    converter = rule._converters[name]
    if isinstance(converter, UUIDConverter):
        return SOMEBODY
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"


def of_launches(app: Flask, *blueprints: str, **values: object) -> list[Address]:
    """Return the addresses below a launch's prefix, of all blueprints or of some."""
    return [
        address
        for address in all_of(app, **values)
        if address.of_a_launch and (not blueprints or address.blueprint in blueprints)
    ]
