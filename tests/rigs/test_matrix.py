"""Route × role × whose: every answer is the declared one.

Each request runs to its end and is undone there, so that none changes what the next one meets.
"""

import itertools
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from plugin import web
from plugin.app import create_app
from tests.conftest import LONG
from tests.rigs import table, world
from tests.rigs.table import EVERYBODY, LIKE, Row
from tests.rigs.world import ROLES, WHOSE, World

ROWS = tuple(table.rows())
REFUSED = (403, 404)
OF_NO_STUDY = ("/platforms/", "/deployments/", "/webhooks/", "/films/")
"""Addresses of things of the installation; without its grant a film leads to its own address."""


def test_every_route_has_a_line_and_every_line_a_route(app):
    declared = [(row.method, row.rule) for row in ROWS]

    assert sorted(declared) == sorted(table.routes(app))


def test_the_table_gives_nobody_what_belongs_to_another_study(app):
    routes = table.routes(app)
    for row in ROWS:
        of_a_study = not any(part in row.rule for part in OF_NO_STUDY)
        if of_a_study and table.names_a_thing(routes[row.method, row.rule]):
            for role in set(ROLES) - {"anonymous"}:
                foreign, absent = row.expected(role, "foreign"), row.expected(role, "absent")
                assert foreign == absent, (row.rule, role)
                assert foreign in REFUSED, (row.rule, role)


def test_every_answer_is_the_declared_one(database, make_tool):
    filled = world.build(make_tool(database))
    app = create_app(tool=filled.tool)
    app.finish = lambda _response: web.undo()
    # On the second engine it is what the database answers that counts: who is kept out before
    # anything was read has been asked on the first.
    everything = LONG or database.engine.dialect.name == "sqlite"

    assert list(wrong(app, filled, everything=everything)) == []


def wrong(app: Flask, filled: World, *, everything: bool) -> Iterator[str]:
    """Yield what was answered otherwise than declared."""
    routes = table.routes(app)
    clients = {role: filled.visitors[role].client(app) for role in ROLES}
    for row, role, whose in requests(routes, everything=everything):
        visitor, ids = filled.visitors[role], filled.ids(role, whose)
        address = table.path(app, routes[row.method, row.rule], visitor.ref, ids, row.values)
        yield from _asked(clients[role], row, role, whose, address, visitor.token)


def requests(
    routes: dict[tuple[str, str], Rule], *, everything: bool
) -> Iterator[tuple[Row, str, str]]:
    """Yield which rows are asked, by whom, for whose things.

    Only the long profile asks roles for what is another role's answer anyway, and those who are
    kept out for the things of others as well.
    """
    for row, role in itertools.product(ROWS, ROLES):
        let_in = row.lets_in(role) and EVERYBODY not in row.answers
        mirrored = let_in and role in LIKE and role not in row.answers
        if (everything or let_in) and (LONG or not mirrored):
            names_a_thing = table.names_a_thing(routes[row.method, row.rule])
            whose = WHOSE if names_a_thing and (LONG or let_in) else WHOSE[:1]
            yield from itertools.product([row], [role], whose)


def _asked(
    client: FlaskClient, row: Row, role: str, whose: str, address: str, token: str
) -> Iterator[str]:
    form = {"csrf_token": token, **row.form} if row.method == "POST" else None
    with client.open(address, method=row.method, data=form) as answer:
        got, expected = answer.status_code, row.expected(role, whose)
    if got != expected:
        yield f"{row.method} {row.rule} as {role}, {whose}: {got}, not {expected}"


@pytest.fixture
def app(sqlite_database, make_tool) -> Flask:
    return create_app(tool=make_tool(sqlite_database))
