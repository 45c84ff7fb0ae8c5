"""Fields of clinical forms: an empty one is missing, a wrong one is said, nothing is guessed."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from werkzeug.datastructures import MultiDict
from wtforms import DateField

from plugin.forms import (
    FAULTS,
    Cr10Field,
    DecimalNumber,
    Form,
    TickListField,
    VasField,
    WholeNumber,
    fault_words,
)
from plugin.staff.forms import ScreeningFields


class Sheet(Form):
    """One field of each kind."""

    pain = VasField("Pain")
    minutes = WholeNumber("Minutes", 0, 240, needed=True)
    effort = Cr10Field("Effort")
    weight = DecimalNumber("Weight", 25, 300)
    done = TickListField("Done", choices=[("a", "A"), ("b", "B")])


@pytest.fixture(autouse=True)
def context():
    app = Flask("forms")
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def sent(*pairs: tuple[str, str]) -> Sheet:
    form = Sheet(MultiDict([("minutes", "5"), *pairs]))
    form.validate()
    return form


@pytest.mark.parametrize("value", ["0", "52", "100"])
def test_a_line_takes_whole_millimetres(value):
    assert sent(("pain", value)).pain.data == int(value)


def test_an_empty_line_is_missing_and_no_fault():
    form = sent(("pain", ""))
    assert (form.pain.data, form.errors) == (None, {})


@pytest.mark.parametrize("value", ["-1", "101", "5.5", "much", "1e2", "1_0"])
def test_a_line_refuses_everything_else(value):
    assert "pain" in sent(("pain", value)).errors


@pytest.mark.parametrize("written", ["64.5", "64,5", " 64,5 ", "64,50", "064.5", "٦٤,٥"])
def test_a_decimal_takes_a_point_or_a_comma(written):
    assert float(sent(("weight", written)).weight.data) == 64.5


@pytest.mark.parametrize(
    "written", ["64,500", "6,4,5", "64,5 kg", "64'5", "1e2", "NaN", "Infinity"]
)
def test_what_may_mean_another_number_is_asked_again(written):
    words = "Please write a number such as 64.5, without a unit."
    assert sent(("weight", written)).weight.errors[0] == words


def test_a_weight_is_taken_with_a_comma():
    form = ScreeningFields(MultiDict({"weight_kg": "64,5"}))
    form.validate()
    assert (float(form.weight_kg.data), form.weight_kg.errors) == (64.5, [])


def test_a_decimal_out_of_bounds_says_its_bounds():
    assert sent(("weight", "645")).weight.errors == ["Please write a number from 25 to 300."]


def test_a_needed_number_must_be_given():
    form = Sheet(MultiDict())
    assert not form.validate()
    assert form.minutes.errors == ["Please give an answer."]


def test_zero_is_an_answer():
    form = Sheet(MultiDict({"minutes": "0"}))
    assert form.validate()
    assert form.minutes.data == 0


def test_effort_may_stay_unanswered():
    form = sent()
    assert (form.effort.data, form.errors) == (None, {})


def test_effort_beyond_ten_is_refused():
    assert "effort" in sent(("effort", "11")).errors


def test_several_boxes_may_be_ticked():
    assert sent(("done", "a"), ("done", "b")).done.data == ["a", "b"]


def test_a_box_that_was_not_offered_is_refused():
    assert sent(("done", "z")).done.errors == [str(FAULTS["unknown"])]


def test_faults_of_the_rules_reach_their_field():
    form = sent()
    form.add_errors({"minutes": "needs_minutes"})
    assert form.minutes.errors == [str(FAULTS["needs_minutes"])]


def test_a_fault_of_no_field_is_a_fault_of_the_form():
    form = sent()
    form.add_errors({"somewhere_else": "unknown"})
    assert form.errors == {"": [str(FAULTS["unknown"])]}


def test_a_form_may_say_a_fault_in_its_own_words():
    form = sent()
    form.add_errors({"minutes": "required"}, {"required": "How long?"})
    assert form.minutes.errors == ["How long?"]


def test_the_words_of_the_library_are_in_the_readers_language():
    class Day(Form):
        day = DateField("Day")

    with force_locale("es_MX"):
        form = Day(MultiDict({"day": "tomorrow"}))
        form.validate()
    assert form.day.errors == ["No es una fecha válida."]


def test_a_fault_without_words_still_says_what_to_do():
    assert "check" in fault_words("something_new")
