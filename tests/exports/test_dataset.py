"""Rows follow the protocol: what is missing is there, and says why."""

import dataclasses
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from exports.dataset import dataset, planned
from exports.outcomes import improved, percent_change
from exports.wide import wide
from modules.errors import NotFound
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import scored
from modules.outcomes.questionnaire import Direction
from modules.records.models import Respondent
from modules.records.queries import AssessmentFacts
from modules.study.protocol import Responder

DAY = timedelta(days=1)


def rows(source, table, secret, now, **wanted):
    """Return rows as the analyst gets them, who is told the days."""
    made = dataset(source, "analyst", secret, now).table(table)
    return [
        row for row in made.records() if all(row[name] == value for name, value in wanted.items())
    ]


def only(source, table, secret, now, **wanted):
    found = rows(source, table, secret, now, **wanted)
    assert len(found) == 1
    return found[0]


@pytest.fixture
def one(facts):
    """One participant who has answered nothing."""
    return facts(1, answered=0)


def with_answers(source, visit, instrument, day, answers, **more):
    person = source.people[0]
    filled = facts_of(source, visit, instrument, day, answers, person, more)
    return dataclasses.replace(source, assessments=[*source.assessments, filled])


def facts_of(source, visit, instrument, day, answers, person, more):
    return AssessmentFacts(
        **{
            "id": person.id,
            "participant_id": person.id,
            "visit": visit,
            "instrument": instrument,
            "instrument_version": INSTRUMENTS[instrument].version,
            "language": "es_MX",
            "wording": "own",
            "revision": 1,
            "answers": answers,
            "reasons": {},
            "respondent": Respondent.SELF,
            "input_mode": None,
            "completed_on": person.day_one + (day - 1) * DAY,
            "study_day": day,
            **more,
        }
    )


class TestStatus:
    @pytest.mark.parametrize(
        ("completed", "status", "in_window"),
        [(38, "done", "no"), (39, "done", "yes"), (49, "done", "yes"), (50, "done", "no")],
    )
    def test_an_answered_visit_is_done_in_its_window_or_not(
        self, one, now, secret, completed, status, in_window
    ):
        source = with_answers(one, "week_6", "vas_pain", completed, {"q1": 40})
        row = only(source, "visits", secret, now, visit="week_6", instrument="vas_pain")
        assert (row["status"], row["in_window"]) == (status, in_window)
        assert row["days_off_target"] == completed - 42

    @pytest.mark.parametrize(("day", "status"), [(49, "not_due"), (50, "missing")])
    def test_an_unanswered_visit_is_missing_once_its_window_closed(self, one, secret, day, status):
        noon = datetime(2026, 9, 1, 18, tzinfo=UTC) + (day - 1) * DAY
        for row in rows(one, "visits", secret, noon, visit="week_6"):
            assert row["status"] == status

    def test_before_day_one_is_known_no_visit_is_missing(self, one, now, secret):
        waiting = [dataclasses.replace(one.people[0], day_one=None)]
        source = dataclasses.replace(one, people=waiting)
        assert {row["status"] for row in rows(source, "visits", secret, now)} == {"not_due"}
        assert only(source, "participants", secret, now)["started"] == "no"

    def test_an_answer_at_a_visit_the_protocol_does_not_know_makes_no_row(self, one, now, secret):
        source = with_answers(one, "extra", "vas_pain", 20, {"q1": 40})
        assert dataset(source, "assessor", secret, now) == dataset(one, "assessor", secret, now)


class TestItems:
    def test_a_missing_visit_has_all_its_questions(self, one, now, secret):
        found = rows(one, "items", secret, now, visit="week_2", instrument="odi")
        assert [row["item"] for row in found] == [f"q{n}" for n in range(1, 11)]
        assert {row["missing_reason"] for row in found} == {"visit_missing"}

    def test_a_question_left_out_says_why(self, one, now, secret):
        source = with_answers(one, "week_2", "odi", 14, {"q1": 3}, reasons={"q8": "declined"})
        found = {row["item"]: row for row in rows(source, "items", secret, now, visit="week_2",
                                                  instrument="odi")}  # fmt: skip
        assert (found["q1"]["value"], found["q1"]["missing_reason"]) == (3, None)
        assert found["q8"]["missing_reason"] == "declined"
        assert found["q2"]["missing_reason"] == "skipped"

    def test_of_several_marks_the_highest_counts_and_all_are_kept(self, one, now, secret):
        source = with_answers(one, "week_2", "odi", 14, {"q1": [3, 1]})
        row = only(source, "items", secret, now, visit="week_2", instrument="odi", item="q1")
        assert (row["value"], row["all_marks"]) == (3, "1|3")

    def test_free_text_is_withheld_whether_or_not_somebody_wrote(self, one, now, secret):
        wrote = with_answers(one, "week_6", "satisfaction", 42, {"q1": 4, "q9": "los videos"})
        kept_quiet = with_answers(one, "week_6", "satisfaction", 42, {"q1": 4})
        made = dataset(wrote, "assessor", secret, now)
        assert made == dataset(kept_quiet, "assessor", secret, now)
        row = only(wrote, "items", secret, now, instrument="satisfaction", item="q9")
        assert (row["value"], row["missing_reason"]) == (None, "withheld")

    def test_own_wording_is_marked(self, one, now, secret):
        source = with_answers(one, "week_2", "odi", 14, {"q1": 3})
        row = rows(source, "items", secret, now, visit="week_2", instrument="odi")[0]
        assert (row["wording"], row["language"]) == ("own", "es")

    def test_the_name_of_a_text_pack_does_not_leave(self, one, now, secret):
        source = with_answers(one, "week_2", "odi", 14, {"q1": 3}, wording="es-MX, ref 77, Juana")
        row = rows(source, "items", secret, now, visit="week_2", instrument="odi")[0]
        assert row["wording"] == "pack"


class TestScores:
    def test_the_score_leaves_unrounded_and_as_shown(self, one, now, secret):
        nine = {f"q{n}": 2 for n in range(1, 9)} | {"q9": 1}
        source = with_answers(one, "baseline", "odi", 1, nine)
        row = only(source, "scores", secret, now, visit="baseline", instrument="odi")
        assert row["score"] == Fraction(340, 9)
        assert row["score_shown"] == Fraction("37.78")
        assert (row["score_status"], row["items_answered"], row["band"]) == (
            "prorated",
            9,
            "moderate",
        )

    def test_change_is_counted_from_the_first_visit(self, one, now, secret):
        source = with_answers(one, "baseline", "vas_pain", 1, {"q1": 60})
        source = with_answers(source, "week_2", "vas_pain", 14, {"q1": 45})
        first = only(source, "scores", secret, now, visit="baseline", instrument="vas_pain")
        later = only(source, "scores", secret, now, visit="week_2", instrument="vas_pain")
        assert (first["change"], later["baseline"], later["change"]) == (None, 60, -15)
        assert later["percent_change"] == -25

    def test_answers_of_another_version_are_no_score_and_no_error(self):
        made = scored(INSTRUMENTS["odi"], {"q77": 3})
        assert (made.score, made.status) == (None, "unscorable")

    def test_no_percent_change_from_a_baseline_of_zero(self):
        assert percent_change(Fraction(0), Fraction(5)) is None


class TestResponders:
    RULE = Responder(
        key="ten", instrument="odi", score="percent", from_visit="baseline", to_visit="week_6",
        absolute=10,
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("after", "expected"),
        [(Fraction(30), True), (Fraction("30.01"), False), (Fraction(50), False), (None, None)],
    )
    def test_a_fall_of_exactly_the_threshold_counts(self, after, expected):
        assert improved(self.RULE, Fraction(40), after) is expected

    def test_thirty_percent_of_a_prorated_baseline_is_exact(self):
        rule = self.RULE.model_copy(update={"absolute": None, "percent": 30.0})
        assert improved(rule, Fraction(320, 9), Fraction(224, 9)) is True

    def test_a_relative_threshold_has_no_answer_at_a_baseline_of_zero(self):
        rule = self.RULE.model_copy(update={"absolute": None, "percent": 30.0})
        assert improved(rule, Fraction(0), Fraction(0)) is None

    @pytest.mark.parametrize(("after", "expected"), [(30, True), (29, False), (10, False)])
    def test_where_higher_is_better_it_is_the_rise_that_counts(self, after, expected):
        better = Direction.HIGHER_IS_BETTER
        assert improved(self.RULE, Fraction(20), Fraction(after), better) is expected

    def test_every_definition_has_a_row_for_everybody(self, facts, now, secret, trial):
        source = facts(6, answered=0.5)
        found = rows(source, "responders", secret, now)
        assert len(found) == 6 * len(trial.responders)


@pytest.mark.parametrize("key", sorted(INSTRUMENTS))
def test_every_instrument_of_the_catalogue_can_be_exported(facts, now, secret, trial, key):
    visit = trial.visits[0].model_copy(update={"instruments": (key,)})
    protocol = trial.model_copy(update={"visits": (visit,), "responders": ()})
    source = dataclasses.replace(facts(1, answered=0), protocol=protocol)
    lowest = {
        item.key: "note" if item.kind == "text" else item.minimum for item in INSTRUMENTS[key].items
    }
    filled = with_answers(source, visit.key, key, 1, lowest)
    row = only(filled, "scores", secret, now)
    assert row["score_status"] != "unscorable"
    made = dataset(filled, "assessor", secret, now)
    assert len(made.table("items").rows) == len(INSTRUMENTS[key].items)
    assert len(wide(made, protocol, [INSTRUMENTS[key]]).rows) == 1


def test_an_instrument_that_is_not_installed_stops_the_export(trial):
    with pytest.raises(NotFound):
        planned(trial, {})
