"""How a questionnaire is asked: what a screen, an interview and a paper may say."""

import pytest

from exports.columns import MISSING
from modules.outcomes.asking import BLANKS, Way, asked, blanks, doubly_marked
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Kind, Reason, check

ODI = INSTRUMENTS["odi"]


@pytest.mark.parametrize("way", [Way.SCREEN, Way.INTERVIEW])
def test_away_from_paper_a_question_takes_one_answer(way):
    assert check(asked(ODI, way), {"q1": ["1", "3"]}).errors["q1"] == "several_answers"


def test_on_paper_two_marks_are_both_kept():
    assert check(asked(ODI, Way.PAPER), {"q1": ["1", "3"]}).answers["q1"] == (1, 3)


def test_the_same_mark_said_twice_is_one():
    assert check(asked(ODI, Way.PAPER), {"q1": ["3", "3"]}).answers["q1"] == 3


@pytest.mark.parametrize("key", list(INSTRUMENTS))
def test_a_participant_may_give_the_reasons_the_question_offers(key):
    screen = asked(INSTRUMENTS[key], Way.SCREEN)

    assert [i.reasons for i in screen.items] == [i.reasons for i in INSTRUMENTS[key].items]


def test_only_who_asked_can_say_that_a_question_was_not_asked():
    assert Reason.NOT_ASKED in BLANKS[Way.INTERVIEW]
    assert Reason.NOT_ASKED not in BLANKS[Way.PAPER]
    assert all(Reason.NOT_ASKED not in i.reasons for one in INSTRUMENTS.values() for i in one.items)


def test_an_interview_never_leaves_a_question_without_a_reason():
    assert Reason.SKIPPED not in BLANKS[Way.INTERVIEW]


def test_blanks_are_the_questions_without_an_answer_but_free_text():
    bipq = INSTRUMENTS["bipq"]
    silent = {item.key for item in blanks(bipq, {"q1": 0})}

    assert silent == {i.key for i in bipq.items if i.kind is not Kind.TEXT} - {"q1"}


def test_several_marks_are_counted_as_such():
    assert doubly_marked({"q1": [1, 3], "q2": 2, "q3": (0, 1)}) == ("q1", "q3")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words_in_exports(reason):
    assert reason.value in MISSING
