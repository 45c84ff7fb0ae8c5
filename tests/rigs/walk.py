"""Everything somebody can ask of the tool: each method of each route, for every key there is.

Routes and keys are found, not listed: a parameter that is a key gets every key of the table it is
named for, and one that is named for no table those of all people and of all that is theirs. Reads
come first, then writes, each with the page it leads to, then the files that were asked for.
"""

import itertools
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from modules.records.db import Base, Identified
from plugin import exporting
from plugin.models import Role
from tests import factories, statements
from tests.addresses import SOMEBODY
from tests.factories import Browser, Clinic
from tests.rigs.table import VALUES
from tests.twins import Twin, counted_keys, seen

BLINDED = (Role.ASSESSOR, Role.ANALYST, Role.ENROLLER, Role.VISITOR)
READS, WRITES = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
JOBS = "export_jobs"
TOO_MANY = frozenset({"allocation_slots", "lti_used_nonces"})
"""Tables whose keys stand in no address and are as many as places of the list."""
NAMED_FOR = {
    "participant_id": "participants",
    "alert_id": "alerts",
    "entry_id": "diary_entries",
    "reply_id": "diary_replies",
    "goal_id": "participant_goals",
    "job_id": "export_jobs",
    "membership_id": "lti_memberships",
    "user_id": "lti_users",
    "media_id": "own_media",
    "session_id": "live_sessions",
    "group_id": "session_groups",
    "attempt": "outbox_messages",
    "key": "lti_platforms",
}
"""Parameters whose keys are those of one table."""
PARTS = ("status", "headers", "body", "sql")
BEFORE_A_LAUNCH, OF_THOSE = "/lti/", ("status", "sql")
"""Where a launch begins, an answer holds fresh keys and references, and nobody's record is read."""
OF_THE_CLOCK = re.compile(r"expires=[^;]+", re.IGNORECASE)
STRANGE_GRANT = {"grant": "stale", "launch": "elsewhere"}


@dataclass(frozen=True)
class Asked:
    """One request; `then` is the page that an answer leads to."""

    role: str
    method: str
    rule: str
    path: str


@dataclass(frozen=True)
class Got:
    """All that can be told of an answer, and what was asked of the database for it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sql: tuple[str, ...]

    def unlike(self, other: "Got", parts: Sequence[str]) -> set[str]:
        """Name what differs."""
        return {name for name in parts if getattr(self, name) != getattr(other, name)}


Keys = Mapping[str, list[uuid.UUID]]
"""Keys by table."""
Found = dict[Asked, list[Got]]
"""What came back, each time the same was asked."""


@dataclass
class Walk:
    """Somebody on the way through everything."""

    twin: Twin
    keys: Keys
    found: Found = field(default_factory=dict)

    def go(self) -> Found:
        """Ask everything as each of `BLINDED` and return what came back."""
        browsers = {role: self.twin.enter("es_mx", role) for role in BLINDED}
        for methods in (READS, WRITES):
            self._all(browsers, methods, self.keys)
        exporting.make_all(self.twin.clinic.tool)
        self._all(browsers, READS, {JOBS: keys_of(self.twin.clinic)[JOBS]}, only="job_id")
        return self.found

    def _all(
        self, browsers: Mapping[Role, Browser], methods: Sequence[str], keys: Keys, only: str = ""
    ) -> None:
        for rule in (each for each in rules(self.twin.app) if not only or only in each.arguments):
            for role, browser in browsers.items():
                for method in sorted((rule.methods or set()) & set(methods)):
                    for path in paths(self.twin, rule, browser.ref, keys):
                        for form in forms(rule, path) if method in WRITES else (None,):
                            self._one(Asked(role.value, method, rule.rule, path), browser, form)

    def _one(self, asked: Asked, browser: Browser, form: Mapping[str, str] | None) -> None:
        if form is not None:
            form = {**form, "csrf_token": self.twin.token(browser)}
        to = self._ask(asked, browser, form)
        if form is not None and to:
            self._ask(replace(asked, method="then", path=to), browser, None)

    def _ask(self, asked: Asked, browser: Browser, form: Mapping[str, str] | None) -> str:
        """Ask once, keep what came back, and return where it leads."""
        method = "GET" if asked.method == "then" else asked.method
        with (
            statements.sent() as sql,
            browser.client.open(asked.path, method=method, data=form) as answer,
        ):
            status, body, headers = seen(answer)
        kept = tuple((k, OF_THE_CLOCK.sub("", v)) for k, v in headers if k != "Date")
        self.found.setdefault(asked, []).append(Got(status, kept, body, tuple(sql)))
        return answer.headers.get("Location", "")


def rules(app: Flask) -> list[Rule]:
    """Return every route, in an order of its own."""
    return sorted(
        app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))
    )


def keys_of(clinic: Clinic) -> Keys:
    """Return every key there is, by table."""
    with clinic.tool.database.reading() as session:
        return {
            mapper.local_table.name: sorted(session.scalars(select(mapper.class_.id)))
            for mapper in Base.registry.mappers
            if issubclass(mapper.class_, Identified) and mapper.local_table.name not in TOO_MANY
        }


def paths(twin: Twin, rule: Rule, ref: str, keys: Keys) -> Iterator[str]:
    """Yield every address of a route, with every key and every visit and form of the protocol."""
    names = sorted(rule.arguments)
    choices = [_choices(twin, rule, name, ref, keys) for name in names]
    adapter = twin.app.url_map.bind("localhost")
    for values in itertools.product(*choices):
        yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def _choices(twin: Twin, rule: Rule, name: str, ref: str, keys: Keys) -> Sequence[object]:
    protocol = twin.clinic.protocol
    converter = rule._converters[name]
    if name == "ref":
        return (ref,)
    if isinstance(converter, UUIDConverter):
        return [
            *(keys.get(NAMED_FOR[name], ()) if name in NAMED_FOR else _of_people(keys)),
            SOMEBODY,
        ]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if name in ("visit", "visit_key"):
        return [visit.key for visit in protocol.visits]
    if name in ("instrument", "instrument_key"):
        return sorted({key for visit in protocol.visits for key in visit.instruments})
    if isinstance(converter, IntegerConverter):
        return (1,)
    return (STRANGE_GRANT.get(name) or VALUES.get(name, "x"),)


def _of_people(keys: Keys) -> list[uuid.UUID]:
    """Return the keys of all participants and of everything that is somebody's."""
    tables = Base.metadata.tables
    own = sorted(name for name in keys if "participant_id" in tables[name].columns)
    return [key for name in ("participants", *own) for key in keys[name]]


def forms(rule: Rule, path: str) -> Iterator[dict[str, str]]:
    """Yield what is sent: every field of every form of the assessor's, each refused where unknown.

    Of a questionnaire all marks, once empty; of a file each format.
    """
    if rule.endpoint == "assessor.export":
        yield from ({"format": kind} for kind in ("csv", "pdf", "none"))
        return
    instrument = path.split("/")[-1 if not path.endswith("/correct") else -2]
    if "instrument_key" not in rule.arguments or instrument not in VALUES_OF_FORMS:
        yield {"role": "assessor", "format": "csv"}
        return
    yield {}
    yield {**VALUES_OF_FORMS[instrument], "reason": "typing_error", "mode": "interview"}


VALUES_OF_FORMS = {
    key: {item: str(mark) for item, mark in factories.answers(key, 90).items()}
    for key in ("odi", "vas_pain", "satisfaction")
}


def twice(twins: Sequence[Twin]) -> list[Found]:
    """Walk through each twin, with the keys of all of them, and return what came back."""
    keys: dict[str, list[uuid.UUID]] = {}
    for table, more in (pair for twin in twins for pair in keys_of(twin.clinic).items()):
        keys[table] = sorted({*keys.get(table, ()), *more})
    found = []
    for twin in twins:
        with counted_keys("walk"):
            found.append(Walk(twin, keys).go())
    return found


def left_out(twin: Twin, found: Found) -> list[str]:
    """Say what was not asked or not compared, and of whom."""
    asked = {(each.method, each.rule) for each in found}
    missing = sorted(
        f"{method} {rule.rule}"
        for rule in rules(twin.app)
        for method in (rule.methods or set())
        if (method, rule.rule) not in asked
    )
    early = sorted({rule for _method, rule in asked if rule.startswith(BEFORE_A_LAUNCH)})
    return [
        *(f"not asked: {each}" for each in missing),
        *(f"compared by {' and '.join(OF_THOSE)} alone: {rule}" for rule in early),
        f"not among those who ask: {', '.join(r.value for r in Role if r not in BLINDED)}",
    ]


def differences(one: Found, other: Found) -> dict[str, set[str]]:
    """Return what differs, by role, method and route; requests that only one of them made too."""
    found: dict[str, set[str]] = {}
    for asked in one.keys() | other.keys():
        pairs = zip_longest(one.get(asked, ()), other.get(asked, ()))
        parts = OF_THOSE if asked.rule.startswith(BEFORE_A_LAUNCH) else PARTS
        unlike = {name for a, b in pairs for name in (a.unlike(b, parts) if a and b else {"asked"})}
        if unlike:
            found.setdefault(f"{asked.role} {asked.method} {asked.rule}", set()).update(unlike)
    return found
