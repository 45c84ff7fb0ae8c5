"""The twin test: same people, same answers, arms swapped; an assessor cannot tell which is which.

Two databases are made from one script. What comes from the arm differs as it would in life:
lessons, diaries, log-ins, alerts and reminders belong to whoever has the programme. Keys are
counted for each table, codes are drawn from a seed, the clock stands still. Then every page and
every file of the assessor must be the same, byte for byte, headers included, and so must what
assessors get when they try the addresses of others.
"""

import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from lti.models import LtiUser
from modules.course.prescription import with_direction
from modules.course.progression import OverrideAction
from modules.records import crypto
from modules.records.db import Database, Identified
from modules.records.models import Participant, ParticipantStatus
from modules.safety.triggers import Trigger
from modules.services import alerts, care
from notifications.models import OutboxMessage
from plugin.app import create_app
from plugin.models import Role
from plugin.worker import Tasks
from tests import addresses, factories
from tests.factories import CONTROL, TODAY, TREATED, Browser, Clinic
from tests.making_exports import download

PEOPLE = 10
NAMES = [f"Nombre{n} Plantado{n}" for n in range(PEOPLE)]
DAYS = (1, 3, 9, 14, 16, 20, 28, 33, 40, 44)
"""Study day of each participant; visits are done, due, missed and to come."""
ARMS = (TREATED, CONTROL, CONTROL, TREATED, TREATED, CONTROL, TREATED, CONTROL, TREATED, CONTROL)
SWAPPED = {TREATED: CONTROL, CONTROL: TREATED}
REF, SECRET = "twinsession1", "the secret of the twins"
LANGUAGES = ("es_mx", "en")


@contextmanager
def counted_keys(stage: str) -> Iterator[None]:
    """Give every new row a key that depends on the stage, its table and its place there alone."""
    counters: dict[str, Iterator[int]] = defaultdict(itertools.count)

    def number(mapper: Mapper[Identified], _connection: object, row: Identified) -> None:
        table = mapper.local_table.name
        if row.id is None:
            row.id = uuid.uuid5(uuid.NAMESPACE_OID, f"{stage} {table} {next(counters[table])}")

    event.listen(Identified, "before_insert", number, propagate=True)
    try:
        yield
    finally:
        event.remove(Identified, "before_insert", number)


class Twin:
    """One of the two studies, and an assessor who is inside."""

    def __init__(self, app: Flask, clinic: Clinic, assessor: uuid.UUID) -> None:
        self.app, self.clinic, self.assessor = app, clinic, assessor

    def enter(self, language: str) -> Browser:
        """Open the assessor's launch; its name and secrets are the same in both twins."""
        client = self.app.test_client()
        ref = f"{REF[:-2]}{language[:2]}"
        with self.clinic.writing() as session:
            place = session.get_one(factories.Membership, self.assessor)
            factories.launch_session(
                session, place, "staff", SECRET, self.clinic.tool.now(), ref=ref, locale=language
            )
        client.set_cookie(f"__Host-columna-{ref}", SECRET, domain="localhost")
        return Browser(client, ref, place.lti_user_id)

    def people(self) -> list[uuid.UUID]:
        """Return everybody in the study, in an order that has nothing to do with the arm."""
        return sorted(row.id for row in self.clinic.rows(Participant))


def live(clinic: Clinic, swap: bool) -> None:
    """Let everybody live through the study; `swap` turns every arm around."""
    with clinic.writing() as session:
        for number, (name, day, arm) in enumerate(zip(NAMES, DAYS, ARMS, strict=True)):
            given = SWAPPED[arm] if swap else arm
            place = clinic.patient(session, given, day, name)
            first = TODAY - timedelta(days=day - 1)
            _visits(session, clinic, place.participant_id, first, Random(number))
            factories.contact(session, place.participant_id, f"+52 55 0000 {number:04}")
            if given == TREATED:
                _programme(session, clinic, place.participant_id, first, day, number)
        clinic.prepared(session, clinic.enrolled(session).participant_id)
        left = session.get_one(Participant, place.participant_id)
        left.status, left.withdrawn_on = ParticipantStatus.WITHDRAWN, TODAY
        left.withdrawal_reason = "own_wish"


def _visits(session, clinic, participant_id, first, random) -> None:
    for visit in clinic.protocol.visits:
        on = first + timedelta(days=visit.target_day - 1)
        if visit.before_start or on > TODAY or random.random() < 0.2:
            continue
        for instrument in visit.instruments:
            level = random.randint(0, 100)
            factories.assessment(session, participant_id, visit.key, instrument, on, level)


def _programme(session, clinic, participant_id, first, day, number) -> None:
    for offset in range(0, day, 2):
        on = first + timedelta(days=offset)
        factories.login_day(session, participant_id, on)
        factories.diary_entry(session, participant_id, on, note="el video me ayudó")
    for lesson in clinic.tool.curriculum.module("education").lessons[: 1 + number % 3]:
        factories.lesson_done(session, participant_id, "education", lesson.key, first)
    _team(session, clinic, participant_id)


def _team(session, clinic, participant_id) -> None:
    """What the team does for whoever has the programme: alerts, replies, plan."""
    by, now, course = uuid.UUID(int=5), clinic.tool.now(), clinic.tool.curriculum
    alerts.raise_all(
        session,
        participant_id,
        [Trigger.DIARY_WARNING_SIGN, Trigger.OUT_OF_TOUCH],
        uuid.UUID(int=6),
        now,
    )
    care.mark_reviewed(session, participant_id, now, by, now)
    care.name_reviewer(session, participant_id, by, by, now)
    key = uuid.uuid5(uuid.NAMESPACE_OID, participant_id.hex)
    reply = care.Reply("steady", "el módulo te ayuda", None, key)
    care.reply(session, participant_id, reply, course, by, now)
    care.prescribe(
        session,
        participant_id,
        lambda held: with_direction(held, course.module("directional"), "flexion"),
        "start",
        course,
        by,
        now,
    )
    opened = care.Decision(OverrideAction.OPEN, "ready")
    care.decide(session, participant_id, clinic.protocol, "core", opened, by, now)


@pytest.fixture
def make_twin(
    request: pytest.FixtureRequest, make_tool: Callable[[Database], object], tmp_path: Path
) -> Iterator[Callable[[bool], Twin]]:
    """Return a maker of twins."""
    source: Path = request.getfixturevalue("_sqlite_with_tables")
    crypto.install_keyring(request.getfixturevalue("keyring"))
    opened: list[Database] = []

    def make(swap: bool) -> Twin:
        path = tmp_path / f"twin-{len(opened)}.sqlite3"
        path.write_bytes(source.read_bytes())
        database = Database(f"sqlite:///{path}")
        opened.append(database)
        tool = make_tool(database)
        with counted_keys("life"):
            clinic = Clinic(tool)
            with clinic.writing() as session:
                place = clinic.member(session, "Evaluadora", factories.INSTRUCTOR)
                who = session.get_one(LtiUser, place.lti_user_id)
                factories.role(session, clinic.study_id, who, Role.ASSESSOR)
            live(clinic, swap)
            Tasks(tool).plan_reminders()
        return Twin(create_app(tool=tool), clinic, place.id)

    yield make
    for database in opened:
        database.dispose()


@pytest.fixture
def twins(make_twin) -> tuple[Twin, Twin]:
    """Two studies that differ in nothing but the arms."""
    return make_twin(False), make_twin(True)


def seen(answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return all a browser gets to see of an answer."""
    return answer.status_code, answer.data, sorted(answer.headers.items())


def both(twins: tuple[Twin, ...], look: Callable[[Browser, Twin], object]) -> list[object]:
    """Let the assessor of each twin look, once in each language."""
    found: list[object] = []
    for twin in twins:
        with counted_keys("look"):
            found.append([look(twin.enter(language), twin) for language in LANGUAGES])
    return found


class TestTheTwinsThemselves:
    """A twin test that compares equal studies proves nothing."""

    def test_every_arm_is_swapped(self, twins):
        one, other = [
            {row.participant_id: row.arm for row in twin.clinic.rows(factories.Allocation)}
            for twin in twins
        ]

        assert one.keys() == other.keys()
        assert all(other[person] == SWAPPED[arm] for person, arm in one.items())

    def test_what_the_programme_leaves_behind_is_with_other_people(self, twins):
        for table in (factories.DiaryEntry, factories.LessonDone, factories.LoginDay):
            one, other = [{row.participant_id for row in twin.clinic.rows(table)} for twin in twins]
            assert one
            assert other
            assert not one & other

    def test_the_reminders_differ(self, twins):
        one, other = [
            {(row.participant_id, row.kind) for row in twin.clinic.rows(OutboxMessage)}
            for twin in twins
        ]

        assert one != other

    def test_staff_would_see_the_difference(self, twins):
        one, other = [twin.clinic.browser(twin.app, "staff").get("/staff/").data for twin in twins]

        assert one.count(b"%") != other.count(b"%") or len(one) != len(other)


class TestPages:
    def test_the_list_of_work(self, twins):
        one, other = both(twins, _worklist)

        assert one == other
        assert all(status == 200 for status, _body, _headers in one)

    def test_every_participant(self, twins):
        one, other = both(
            twins,
            lambda browser, twin: [
                seen(browser.get(f"/assessor/participants/{person}")) for person in twin.people()
            ],
        )

        assert one == other
        assert {status for language in one for status, _body, _headers in language} == {200}

    def test_every_form(self, twins):
        def every_form(browser: Browser, twin: Twin) -> list[object]:
            return [
                seen(browser.get(f"/assessor/participants/{person}/{visit.key}/{instrument}"))
                for person in twin.people()
                for visit in twin.clinic.protocol.visits
                for instrument in visit.instruments
            ]

        one, other = both(twins, every_form)

        assert one == other
        assert {200, 404, 409} <= {status for status, _body, _headers in one[0]}

    def test_every_address_of_everybody_else(self, twins):
        """What is refused is refused alike: status, words, headers (leak L15)."""

        def knock(browser: Browser, twin: Twin) -> list[object]:
            token = browser.token()
            return [
                seen(
                    browser.client.open(
                        browser.url(address.path),
                        method=address.method,
                        data={"csrf_token": token},
                    )
                )
                for person in twin.people()[:3]
                for address in addresses.of_launches(twin.app, participant_id=person)
                if address.blueprint not in ("assessor", "start")
            ]

        one, other = both(twins, knock)

        assert one == other
        assert {status for status, _body, _headers in one[0]} == {403}

    def test_entering_a_form_and_what_it_says_afterwards(self, twins):
        def enter(browser: Browser, twin: Twin) -> list[object]:
            token = browser.token()
            found = []
            for person in twin.people():
                for visit in twin.clinic.protocol.visits:
                    for instrument in visit.instruments:
                        form = {k: str(v) for k, v in factories.answers(instrument, 40).items()}
                        path = f"/assessor/participants/{person}/{visit.key}/{instrument}"
                        found.append(seen(browser.post(path, form, token=token)))
                        found.append(seen(browser.get(f"{path}/review")))
                        found.append(seen(browser.post(f"{path}/review", {}, token=token)))
                        found.append(seen(browser.get(f"/assessor/participants/{person}")))
            return found

        one, other = both(twins, enter)

        assert _without_notes(one) == _without_notes(other)
        assert {303, 404, 409} <= {status for status, _body, _headers in one[0]}


def _without_notes(found: list[list[tuple[int, bytes, list[tuple[str, str]]]]]) -> list[object]:
    """Leave out the signed cookie of messages: it holds the system's time."""
    return [
        [(s, b, [h for h in headers if h[0] != "Set-Cookie"]) for s, b, headers in language]
        for language in found
    ]


class TestFiles:
    @pytest.mark.parametrize("kind", ["csv", "pdf"])
    def test_the_whole_study(self, twins, kind):
        one, other = both(
            twins,
            lambda browser, twin: seen(download(browser, twin.clinic.tool, format=kind)),
        )

        assert [answer[0] for answer in one] == [200, 200]
        assert one == other

    def test_one_participant_as_table(self, twins):
        one, other = both(twins, lambda browser, twin: _each(browser, twin, "csv"))

        assert one == other

    def test_one_participant_on_paper(self, twins):
        """Four of them: two of each arm, the one that left among them."""
        one, other = both(twins, lambda browser, twin: _each(browser, twin, "pdf", 3))

        assert one == other

    def test_nothing_in_a_file_or_its_name_tells_arm_or_person(self, twins):
        browser = twins[0].enter("en")
        answer = download(browser, twins[0].clinic.tool, format="csv")
        words = (answer.data + str(answer.headers).encode()).lower()

        for word in [TREATED, CONTROL, *NAMES, "video", "diary", "55 0000"]:
            assert word.lower().encode() not in words


def _each(browser: Browser, twin: Twin, kind: str, every: int = 1) -> list[object]:
    token = browser.token()
    return [
        seen(download(browser, twin.clinic.tool, token, format=kind, participant=str(person)))
        for person in twin.people()[::every]
    ]


class TestTheTwinsOverTime:
    @pytest.mark.parametrize("days", [1, 7, 30])
    def test_they_stay_alike_as_windows_open_and_close(self, twins, clock, days):
        clock.move(days=days)
        one, other = both(
            twins,
            lambda browser, twin: [
                seen(browser.get("/assessor/")),
                *(seen(browser.get(f"/assessor/participants/{p}")) for p in twin.people()),
            ],
        )

        assert one == other


def test_the_script_is_the_same_every_time(make_twin):
    """Two studies that are not swapped are alike: what differs above would differ by the arm."""
    first = both((make_twin(False),), _worklist)
    again = both((make_twin(False),), _worklist)

    assert first == again


def _worklist(browser: Browser, _twin: Twin) -> object:
    return seen(browser.get("/assessor/"))
