"""Writing the diary: once for each form, edits keep the old value, on both databases."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.diary import entry
from modules.diary.entry import DiaryForm
from modules.errors import InvalidEntry, NotFound, TooLate
from modules.records.models import DiaryEntry
from modules.services import diaries
from tests.factories import NOON, TODAY, Clinic

KNOWN = ("bridge", "walk")
KEY = uuid.UUID(int=5, version=4)
NUMBERS = st.one_of(st.none(), st.integers(-10, 300))


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


@pytest.fixture
def writer(anywhere):
    """Return a participant on day 3 and a way to write: `write(minutes=10, key=…, now=…)`."""
    with anywhere.writing() as session:
        one = anywhere.patient(session, day=3).participant_id

    def write(key=None, now=NOON, participant=one, **changes):
        values = {"day": TODAY, "exercises": ("bridge",), "minutes": 10, **changes}
        with anywhere.writing() as session:
            return diaries.write(
                session,
                participant,
                anywhere.protocol,
                DiaryForm(**values),
                key or uuid.uuid4(),
                KNOWN,
                now,
            ).id

    write.clinic = anywhere
    return write


def current(clinic: Clinic) -> list[int]:
    """Return the minutes of the entries that count."""
    return [row.minutes for row in clinic.rows(DiaryEntry) if row.superseded_at is None]


class TestWriting:
    def test_the_same_form_twice_is_one_entry(self, writer):
        first = writer(KEY, minutes=10)
        again = writer(KEY, minutes=99)

        assert first == again
        assert [row.minutes for row in writer.clinic.rows(DiaryEntry)] == [10]

    def test_an_edit_keeps_what_was_there(self, writer):
        writer(minutes=10)
        writer(minutes=25, now=NOON + timedelta(hours=1))

        assert current(writer.clinic) == [25]
        assert sorted(row.minutes for row in writer.clinic.rows(DiaryEntry)) == [10, 25]

    def test_two_forms_at_the_same_instant_leave_one_that_counts(self, writer):
        start = threading.Barrier(4)

        def one(minutes: int) -> uuid.UUID:
            start.wait()
            return writer(minutes=minutes, now=NOON + timedelta(seconds=minutes))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(one, range(1, 5)))

        assert len(writer.clinic.rows(DiaryEntry)) == 4
        assert len(current(writer.clinic)) == 1

    def test_one_form_sent_four_times_at_the_same_instant_is_one_entry(self, writer):
        start = threading.Barrier(4)

        def one(_number: int) -> uuid.UUID:
            start.wait()
            return writer(KEY)

        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(one, range(4)))) == 1
        assert len(writer.clinic.rows(DiaryEntry)) == 1

    @pytest.mark.parametrize(("back", "may"), [(-1, False), (0, True), (1, True), (2, False)])
    def test_today_and_yesterday_can_be_written(self, writer, back, may):
        day = TODAY - timedelta(days=back)
        if may:
            writer(day=day)
            assert [row.day for row in writer.clinic.rows(DiaryEntry)] == [day]
        else:
            with pytest.raises(TooLate):
                writer(day=day)

    def test_an_exercise_that_is_not_open_is_refused(self, writer):
        with pytest.raises(InvalidEntry) as refused:
            writer(exercises=("plank",))

        assert refused.value.fields == {"exercises": "unknown"}

    def test_somebody_unknown_writes_nothing(self, writer):
        with pytest.raises(NotFound):
            writer(participant=uuid.uuid4())


class TestRules:
    @given(
        minutes=st.integers(-5, 400),
        effort=NUMBERS,
        before=NUMBERS,
        after=NUMBERS,
        ticked=st.booleans(),
    )
    def test_what_is_out_of_range_is_named_and_nothing_is_clipped(
        self, minutes, effort, before, after, ticked
    ):
        form = DiaryForm(TODAY, ("bridge",) if ticked else (), minutes, effort, before, after)
        wrong = {
            name
            for name, value, high in (
                ("minutes", minutes, 240),
                ("effort", effort, 10),
                ("pain_before_mm", before, 100),
                ("pain_after_mm", after, 100),
            )
            if value is not None and not 0 <= value <= high
        }
        if ticked and minutes == 0:
            wrong.add("minutes")
        if wrong:
            with pytest.raises(InvalidEntry) as refused:
                entry.check(form, KNOWN)
            assert set(refused.value.fields) == wrong
        else:
            entry.check(form, KNOWN)

    def test_a_day_of_rest_is_an_entry(self):
        entry.check(DiaryForm(TODAY, (), 0), KNOWN)

    @pytest.mark.parametrize(("length", "may"), [(1000, True), (1001, False)])
    def test_a_note_has_a_length(self, length, may):
        form = DiaryForm(TODAY, (), 0, note="x" * length)
        if may:
            entry.check(form, KNOWN)
        else:
            with pytest.raises(InvalidEntry) as refused:
                entry.check(form, KNOWN)
            assert refused.value.fields == {"note": "too_long"}
