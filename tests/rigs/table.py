"""What every route answers to everybody: the declared table, and how it is read.

`answers.txt` has one line for each method of each route. Whoever adds a route adds its line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from tests.addresses import SAMPLES
from tests.rigs.world import WHOSE, Ids

FILE = Path(__file__).with_name("answers.txt")
EVERYBODY = "everybody"
LIKE = {"choosing": "staff", "patient_elsewhere": "patient"}
"""Roles that get another's answers where a line says nothing of their own."""
NO_SESSION, NOT_FOR_YOU = 401, 403
VALUES = SAMPLES | {
    "code": "es",
    "lesson_key": "what_is_it",
    "exercise_id": "e5_walk",
    "name": "lessons/education.es.mp4",
    "visit": "week_2",
    "visit_key": "week_2",
    "folder": "lessons",
    "key": "education",
    "language": "es",
}


@dataclass(frozen=True)
class Row:
    """One method of one route: what is sent, and the statuses that are expected."""

    method: str
    rule: str
    values: Mapping[str, str]
    """Parts of the address, where the usual ones would not do."""
    form: Mapping[str, str]
    """Fields of the form; most are sent empty, for who may send it is asked before what."""
    answers: Mapping[str, tuple[int, ...]]

    def expected(self, role: str, whose: str) -> int:
        """Return the status for a role that asks for somebody's thing."""
        names = (role, LIKE.get(role, role), EVERYBODY)
        found = next((self.answers[name] for name in names if name in self.answers), None)
        if found is None:
            return NO_SESSION if role == "anonymous" else NOT_FOR_YOU
        return found[WHOSE.index(whose) if len(found) > 1 else 0]

    def lets_in(self, role: str) -> bool:
        """Whether the line says something of this role: it is not simply kept out."""
        return bool({role, LIKE.get(role, role), EVERYBODY} & set(self.answers))


def rows() -> Iterator[Row]:
    """Yield the lines of the table."""
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield _row(line)


def _row(line: str) -> Row:
    route, _, said = line.partition("|")
    method, rule = route.split(maxsplit=1)
    pairs = dict(cell.split("=") for cell in said.split())
    answers = {
        name: tuple(int(status) for status in statuses.split("/"))
        for name, statuses in pairs.items()
        if name[0] not in "<["
    }
    assert all(len(each) in (1, len(WHOSE)) for each in answers.values()), line
    return Row(method, rule.strip(), _within(pairs, "<>"), _within(pairs, "[]"), answers)


def _within(pairs: Mapping[str, str], brackets: str) -> dict[str, str]:
    return {name[1:-1]: value for name, value in pairs.items() if name[0] + name[-1] == brackets}


def routes(app: Flask) -> dict[tuple[str, str], Rule]:
    """Return every method of every route of the application."""
    return {
        (method, rule.rule): rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def names_a_thing(rule: Rule) -> bool:
    """Whether an address holds the key of something that is somebody's."""
    return any(isinstance(each, UUIDConverter) for each in rule._converters.values())


def path(app: Flask, rule: Rule, ref: str, ids: Ids, values: Mapping[str, str]) -> str:
    """Return an address of a route, filled with keys and with the sample values of the rest."""
    known = {**VALUES, **ids, **values, "ref": ref}
    if "key" in rule.arguments and names_a_thing(rule):
        known["key"] = ids["deployment" if "/deployments/" in rule.rule else "platform"]
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            known.setdefault(name, sorted(converter.items)[0])
        elif isinstance(converter, IntegerConverter):
            known.setdefault(name, 1)
    adapter = app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
