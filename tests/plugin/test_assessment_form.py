"""A questionnaire as a form: what was sent is read by its rules, and shown again as it was."""

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import NONE_OF_THESE, Instrument, Kind
from plugin.assessment_form import AssessmentForm, form_for
from plugin.forms import FAULTS
from plugin.patient.forms import AnswersForm


@pytest.fixture(autouse=True)
def context():
    app = Flask("forms")
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def with_kind(kind: Kind) -> Instrument:
    """The first questionnaire that begins with a question of one kind."""
    return next(i for i in INSTRUMENTS.values() if i.items[0].kind is kind)


def sent(instrument: Instrument, base: type[AssessmentForm] = AssessmentForm, **fields: object):
    form = form_for(instrument, "en", base)(MultiDict(fields))
    form.validate()
    return form


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=list(INSTRUMENTS))
def test_has_a_field_for_every_question_in_its_order(instrument):
    form = form_for(instrument, "es", AssessmentForm)()

    assert [each.name for each in form.questions] == [item.key for item in instrument.items]
    assert all(str(each.label.text) for each in form.questions)


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=list(INSTRUMENTS))
def test_an_empty_form_says_that_nothing_was_answered_and_no_zero(instrument):
    form = sent(instrument)

    assert form.answers() == {}
    assert set(form.reasons().values()) == {"skipped"}


def test_answers_and_reasons_that_were_kept_fill_it():
    instrument = INSTRUMENTS["odi"]
    first, second = (item.key for item in instrument.items[:2])
    form = form_for(instrument, "en", AssessmentForm)(data={first: 3, second: "declined"})

    assert form[first].marked(3)
    assert (form[second].data, form[second].reason) == (None, "declined")
    assert form.answers() == {first: 3}
    assert form.reasons()[second] == "declined"


def test_a_wrong_answer_is_shown_again_with_its_fault():
    instrument = with_kind(Kind.SLIDER)
    key = instrument.items[0].key
    form = sent(instrument, **{key: "5.5"})

    assert (form[key].data, form[key].errors) == ("5.5", [str(FAULTS["not_an_integer"])])


def test_an_answer_and_a_reason_exclude_each_other():
    instrument = with_kind(Kind.SLIDER)
    key = instrument.items[0].key
    form = sent(instrument, **{key: "5", f"{key}.reason": "declined"})

    assert form[key].errors == [str(FAULTS["answer_and_reason"])]


def test_ticks_beside_none_of_these_are_told_at_that_tick():
    instrument = with_kind(Kind.TICK)
    form = sent(instrument, **{instrument.items[0].key: "1", NONE_OF_THESE: "1"})

    assert set(form.errors) == {NONE_OF_THESE}


def test_a_tick_settles_the_sentences_left_alone():
    instrument = with_kind(Kind.TICK)
    key = instrument.items[0].key
    form = sent(instrument, **{key: "1"})

    ticks = [item.key for item in instrument.items if item.kind is Kind.TICK]
    assert form.answers() == {each: int(each == key) for each in ticks}


def test_a_participant_is_asked_for_the_question_that_was_shown_alone():
    instrument = INSTRUMENTS["odi"]
    form = form_for(instrument, "en", AnswersForm)(MultiDict())
    form.only = instrument.items[2]

    assert not form.validate()
    assert form.errors == {instrument.items[2].key: [str(FAULTS["unanswered"])]}


def test_who_goes_on_later_is_asked_for_nothing():
    form = sent(INSTRUMENTS["odi"], AnswersForm, go="later")

    assert form.errors == {}
