"""The twin test: same people, same answers, arms swapped; an assessor cannot tell which is which.

The assessor's own pages and files, one after the other and as time passes; `tests.twins` says how
the two studies differ, and `tests/rigs/test_twin_walk.py` asks every route for every key.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modules.records.goal_models import ParticipantGoal
from modules.records.models import Assessment
from notifications.models import OutboxMessage
from tests import factories
from tests import twins as twin_studies
from tests.factories import CONTROL, TREATED, Browser
from tests.making_exports import download
from tests.twins import NAMES, SWAPPED, Maker, Twin, counted_keys, seen

LANGUAGES = ("es_mx", "en")


@pytest.fixture
def make_twin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Return a maker of twins."""
    yield from twin_studies.maker(request, tmp_path)


@pytest.fixture
def twins(make_twin: Maker) -> tuple[Twin, Twin]:
    """Two studies that differ in nothing but the arms."""
    return make_twin(False), make_twin(True)


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
        kept = (factories.DiaryEntry, factories.LessonDone, factories.LoginDay, ParticipantGoal)
        for table in kept:
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

    def test_how_forms_were_filled_and_what_was_written_differ(self, twins):
        one, other = [
            {
                (form.participant_id, form.completed_on, form.source, form.answers.get("q9"))
                for form in twin.clinic.rows(Assessment)
            }
            for twin in twins
        ]

        for place in range(1, 4):
            assert {each[:1] + each[place : place + 1] for each in one} != {
                each[:1] + each[place : place + 1] for each in other
            }

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
