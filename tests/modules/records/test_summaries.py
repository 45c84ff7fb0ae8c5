"""Figures of many people: the same as from each one's whole record, and never more than asked."""

import dataclasses
import uuid
from datetime import timedelta

import pytest

from modules.records import care_queries, queries, summaries, visit_summaries
from modules.records.care_queries import ReviewFacts
from modules.records.models import ParticipantStatus
from modules.records.summaries import LastSeen
from modules.safety.rules import OutOfTouch
from modules.services import care, course
from modules.study.zones import Zones
from plugin.staff import review_queue
from tests import factories
from tests.factories import NOON, TODAY, Clinic


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


class TestOutOfTouch:
    PROGRAMME = frozenset({"programme", "diary"})

    @pytest.fixture
    def gone(self):
        """A participant in the third week whom nobody has seen."""
        return queries.ParticipantFacts(
            id=uuid.uuid4(),
            study_id=uuid.uuid4(),
            code="P-1",
            status=ParticipantStatus.ACTIVE,
            enrolled_on=TODAY - timedelta(days=25),
            day_one=TODAY - timedelta(days=20),
            time_zone=Zones("America/Mexico_City"),
        )

    def found(self, facts, protocols, components=PROGRAMME):
        """Ask about somebody who was never seen."""
        return summaries.out_of_touch(facts, LastSeen(), protocols["care"], components, TODAY)

    def test_somebody_in_a_running_programme_is(self, gone, protocols):
        found = summaries.out_of_touch(gone, LastSeen(), protocols["care"], self.PROGRAMME, TODAY)
        assert found is OutOfTouch.NOT_SEEN

    @pytest.mark.parametrize(
        "change",
        [
            {"status": ParticipantStatus.COMPLETED},
            {"status": ParticipantStatus.WITHDRAWN},
            {"day_one": None},
            {"day_one": TODAY + timedelta(days=1)},
            {"day_one": TODAY - timedelta(weeks=6)},
        ],
    )
    def test_nobody_outside_the_weeks_of_the_programme_is(self, gone, protocols, change):
        left = dataclasses.replace(gone, **change)
        assert (
            summaries.out_of_touch(left, LastSeen(), protocols["care"], self.PROGRAMME, TODAY)
            is None
        )

    def test_an_arm_without_a_programme_is_not_followed_up(self, gone, protocols):
        assert (
            summaries.out_of_touch(
                gone, LastSeen(), protocols["care"], {"diary", "assessments"}, TODAY
            )
            is None
        )

    @pytest.mark.parametrize(
        ("components", "found"),
        [(PROGRAMME, OutOfTouch.DIARY_MISSED), (frozenset({"programme"}), None)],
    )
    def test_a_missed_diary_counts_where_one_is_kept(self, gone, protocols, components, found):
        seen = LastSeen(login=TODAY)
        assert summaries.out_of_touch(gone, seen, protocols["care"], components, TODAY) is found


class TestFigures:
    @pytest.fixture
    def people(self, anywhere):
        """Three with different histories: one has read entries, one is new."""
        with anywhere.writing() as session:
            keys = [anywhere.patient(session, day=10 + n).participant_id for n in range(3)]
            for n, key in enumerate(keys[:2]):
                for back in range(1, 4 + n):
                    factories.diary_entry(session, key, TODAY - timedelta(days=back))
                    factories.login_day(session, key, TODAY - timedelta(days=back + n))
                factories.assessment(session, key, "week_2", "vas_pain")
            care.mark_reviewed(session, keys[0], NOON, keys[0], NOON)
        return keys

    def test_they_are_those_of_the_whole_records(self, anywhere, people):
        with anywhere.tool.database.reading() as session:
            study = anywhere.study_id
            records = queries.course_records(session, study, people)
            reviews = care_queries.reviews_of(session, study, people)
            seen, unread = summaries.last_seen(session, study), summaries.unread(session, study)
            done = visit_summaries.completed(session, study)
            facts = {one.id: one for one in visit_summaries.people(session, study)}
        for record in records:
            key = record.participant.id
            entries = review_queue.entries_of(record, reviews.get(key, ReviewFacts()))
            assert facts[key] == dataclasses.replace(record.participant, covariates=None)
            assert seen.get(key, LastSeen()) == LastSeen(
                max(record.login_days, default=None),
                max((entry.day for entry in record.diary), default=None),
            )
            assert (unread[key].entries if key in unread else 0) == len(entries)
            assert sorted(done[key]) == sorted(
                (each.visit, each.instrument, each.completed_on) for each in record.assessments
            )

    def test_a_mark_changes_with_whatever_a_person_does(self, anywhere, people):
        key = people[0]
        does = (
            lambda s: factories.diary_entry(s, key, TODAY),
            lambda s: factories.login_day(s, key, TODAY),
            lambda s: factories.lesson_done(s, key, "education", "x", TODAY),
            lambda s: factories.assessment(s, key, "week_2", "odi"),
            lambda s: course.withdraw(s, key, "other", TODAY),
        )
        found = []
        for do in (*does, None):
            with anywhere.writing() as session:
                found.append(summaries.marks(session, people))
                if do:
                    do(session)
        assert len({each[key] for each in found}) == len(found)
        assert len({each[people[1]] for each in found}) == 1
