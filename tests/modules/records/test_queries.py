"""The reads that pages and exports share: facts, never rows, and nothing to walk on from."""

import dataclasses
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import inspect

from modules.errors import NotFound
from modules.records import queries
from modules.records.db import Base
from tests import factories
from tests.factories import CONTROL, NOON, TODAY, Clinic


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


def walk(value: object, seen: set[int] | None = None) -> list[object]:
    """Return everything that can be reached from a value through its fields."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return []
    seen.add(id(value))
    found = [value]
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            found += walk(getattr(value, field.name), seen)
    elif isinstance(value, dict):
        for key, inside in value.items():
            found += walk(key, seen) + walk(inside, seen)
    elif isinstance(value, list | tuple | frozenset | set):
        for inside in value:
            found += walk(inside, seen)
    return found


def test_nothing_that_is_answered_is_a_row(anywhere):
    with anywhere.writing() as session:
        one = anywhere.patient(session, name="Ana Plantada").participant_id
        factories.diary_entry(session, one, TODAY)
        factories.lesson_done(session, one, "education", "x", TODAY)
        factories.login_day(session, one, TODAY)
    with anywhere.tool.database.reading() as session:
        answers = [
            queries.course_record(session, one),
            queries.participants(session, anywhere.study_id),
            queries.assessments(session, anywhere.study_id),
            queries.studies(session),
        ]
    reached = [thing for answer in answers for thing in walk(answer)]

    assert len(reached) > 20
    assert not [thing for thing in reached if inspect(type(thing), raiseerr=False) is not None]
    for secret in ("Ana Plantada", *(arm.key for arm in anywhere.protocol.arms)):
        assert secret not in [thing for thing in reached if isinstance(thing, str)]


def test_no_record_of_the_course_leads_to_a_person_a_number_or_an_arm():
    """One way only: a relationship back would reach them with no import at all."""
    above = ("lti.", "notifications.", "plugin.", "exports.")
    for mapper in Base.registry.mappers:
        if mapper.class_.__module__.startswith("modules."):
            for relationship in mapper.relationships:
                assert not relationship.mapper.class_.__module__.startswith(above)
            for key in mapper.local_table.foreign_keys:
                owner = key.column.table.name
                assert not owner.startswith(("lti_", "contacts", "outbox", "allocation"))


def test_participants_come_by_code(anywhere):
    with anywhere.writing() as session:
        for code in ("ZZZ-999", "222-222", "K7F-3QX"):
            factories.participant(session, anywhere.study_id, code)
    with anywhere.tool.database.reading() as session:
        found = [one.code for one in queries.participants(session, anywhere.study_id)]

    assert found == ["222-222", "K7F-3QX", "ZZZ-999"]


def test_another_study_is_another_study(tool):
    one, other = Clinic(tool), Clinic(tool, study_key="otro")
    both = [one.screened(), other.screened()]
    with tool.database.reading() as session:
        for clinic in (one, other):
            assert len(queries.participants(session, clinic.study_id)) == 1
            assert len(queries.course_records(session, clinic.study_id, both)) == 1
            assert {a.participant_id for a in queries.assessments(session, clinic.study_id)} == {
                p.id for p in queries.participants(session, clinic.study_id)
            }


class TestAssessments:
    def test_the_newest_revision_counts(self, anywhere):
        with anywhere.writing() as session:
            one = anywhere.patient(session, CONTROL, 16).participant_id
            for revision, level in ((1, 10), (2, 90)):
                factories.assessment(
                    session, one, "week_2", "vas_pain", level=level, revision=revision
                )
        with anywhere.tool.database.reading() as session:
            found = queries.assessments(session, anywhere.study_id, [one])

        newest = [a for a in found if a.visit == "week_2"]
        assert [(a.revision, list(a.answers.values())) for a in newest] == [(2, [90])]

    def test_a_form_that_is_being_filled_is_no_assessment(self, anywhere):
        with anywhere.writing() as session:
            one = anywhere.patient(session, CONTROL, 16).participant_id
            factories.assessment(session, one, "week_2", "odi", None)
        with anywhere.tool.database.reading() as session:
            found = queries.assessments(session, anywhere.study_id, [one])
            kept = queries.draft(session, one, "week_2", "odi")

        assert "week_2" not in {a.visit for a in found}
        assert len(kept) == 10

    def test_the_study_day_is_counted_from_the_first_day(self, anywhere):
        with anywhere.writing() as session:
            one = anywhere.patient(session, CONTROL, 16).participant_id
            factories.assessment(session, one, "week_2", "odi", TODAY - timedelta(days=1))
        with anywhere.tool.database.reading() as session:
            days = {a.visit: a.study_day for a in queries.assessments(session, anywhere.study_id)}

        assert days == {"baseline": 1, "week_2": 15}


def test_an_entry_that_was_replaced_is_not_in_the_record(anywhere):
    with anywhere.writing() as session:
        one = anywhere.patient(session).participant_id
        factories.diary_entry(session, one, TODAY, minutes=10, superseded_at=NOON)
        factories.diary_entry(session, one, TODAY, minutes=20)
    with anywhere.tool.database.reading() as session:
        record = queries.course_record(session, one)

    assert [entry.minutes for entry in record.diary] == [20]


def test_one_record_is_the_same_as_in_the_list_of_all(anywhere):
    with anywhere.writing() as session:
        people = [anywhere.patient(session, day=day).participant_id for day in (3, 15, 20)]
        for one in people:
            factories.diary_entry(session, one, TODAY)
    with anywhere.tool.database.reading() as session:
        all_of_them = {
            r.participant.id: r for r in queries.course_records(session, anywhere.study_id, people)
        }
        alone = {one: queries.course_record(session, one) for one in people}

    assert alone == all_of_them


@pytest.mark.parametrize("ask", [queries.participant, queries.study_by_id, queries.course_record])
def test_what_is_not_there_is_not_found(clinic, ask):
    with clinic.tool.database.reading() as session, pytest.raises(NotFound):
        ask(session, uuid.uuid4())


def test_the_body_mass_index_is_not_rounded():
    facts = queries.Covariates(40, "female", 160, 64.5, (), 2)

    assert facts.bmi == pytest.approx(25.1953125)
