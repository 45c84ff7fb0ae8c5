"""The page of one participant: alerts, replies, prescription, weeks; and the overview."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from modules.records import care_queries
from modules.services import goals
from tests.factories import CONTROL, TODAY, assessment, login_day, screening

DAY = timedelta(days=1)


def rows(page):
    """Return the rows of the table of weeks: name -> numbers."""
    table = page[page.index("Log-ins, live sessions and diaries of each week") :]
    table = table[: table.index("</table>")]
    found = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', table)
    return {name: re.findall(r'class="number">([^<]+)<', cells) for name, cells in found}


class TestAdherence:
    def test_the_three_parts_are_counted_apart_for_each_week(self, team):
        one = team.participant(day=10)
        first = TODAY - 9 * DAY
        with team.clinic.writing() as session:
            for number in (0, 1, 7):
                login_day(session, one, first + number * DAY)
        team.entry(one, first + 1 * DAY)
        team.entry(one, first + 8 * DAY)
        team.entry(one, first + 9 * DAY)
        assert rows(team.page(f"/staff/participants/{one}")) == {
            "Log-in days": ["2", "1"],
            "Live sessions": ["–", "–"],
            "Diary days": ["1", "2"],
        }

    def test_an_arm_without_a_programme_has_none_of_it(self, team):
        page = team.page(f"/staff/participants/{team.participant(CONTROL)}")
        for words in (
            "Adherence by week",
            "Prescription",
            "Diary and replies",
            "/care/participants",
        ):
            assert words not in page


class TestOverview:
    def test_an_unanswered_diary_comes_with_the_way_to_answer_it(self, team):
        one = team.participant(name="Ana")
        team.entry(one, TODAY)
        page = team.page("/staff/")
        assert "1 diary entry to read" in page
        assert f"/care/diaries/{one}" in page

    @pytest.mark.parametrize(("level", "ready"), [(50, True), (10, False)])
    def test_ready_for_allocation_only_with_the_criteria_met(self, team, level, ready):
        """Pain below 30 mm at baseline is not enough to enter."""
        with team.clinic.writing() as session:
            one = team.clinic.enrolled(session).participant_id
            team.clinic.prepared(session, one, steps=("consent",))
            screening(session, one, team.clinic.protocol)
            for key in team.clinic.protocol.visits[0].instruments:
                assessment(session, one, "baseline", key, TODAY, level)
        page = team.page("/staff/")
        assert ("Ready for allocation" in page) is ready
        assert ("criteria not met" in page) is not ready

    def test_the_number_of_queries_does_not_grow_with_the_study(self, team):
        def asked():
            found = []
            engine = team.clinic.tool.database.engine

            def count(_c, _cursor, statement, *_rest):
                found.append(statement)

            event.listen(engine, "before_cursor_execute", count)
            team.page("/staff/")
            event.remove(engine, "before_cursor_execute", count)
            return len(found)

        team.entry(team.participant())
        team.alert(team.participant())
        few = asked()
        for _more in range(6):
            team.entry(team.participant())
            team.alert(team.participant())
        assert asked() == few


def test_the_pain_of_the_diary_is_a_picture_from_two_days_on(team):
    one = team.participant(day=10)
    team.entry(one, TODAY - timedelta(days=1), pain_before_mm=61, pain_after_mm=None)
    assert "Pain in the diary" not in team.page(f"/staff/participants/{one}")
    team.entry(one, TODAY, pain_before_mm=47, pain_after_mm=33)
    page = team.page(f"/staff/participants/{one}")
    assert "Pain in the diary" in page
    assert "Pain before and after the exercises, 2 entries." in page


class TestGoals:
    def test_staff_see_goals_with_their_answers_over_time(self, team):
        one = team.participant(day=16)
        with team.clinic.writing() as session:
            now = team.clinic.tool.now()
            goals.set_goal(session, one, "Bailar", 3, now - 14 * DAY)
            facts = care_queries.care_of(session, [one])[one].goals
            goals.rate(session, one, team.clinic.protocol.goals, {facts[0].id: 6}, now)
        page = team.page(f"/staff/participants/{one}")
        assert "Bailar" in page
        assert re.search(r"29 Oct\S*: 3 of 10 · 12 Nov\S*: 6 of 10", page)

    def test_an_arm_without_goals_has_no_such_card(self, team):
        page = team.page(f"/staff/participants/{team.participant(CONTROL)}")
        assert 'id="goals"' not in page
