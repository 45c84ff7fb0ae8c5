"""One source words every sign and its order; a second wording is named."""

import re
from dataclasses import replace

import pytest

from modules.course import content
from modules.safety import wording
from modules.safety.texts import StopOrder
from modules.safety.triggers import Effect, Level, Trigger
from modules.study import protocol


@pytest.fixture(scope="module")
def course():
    return content.load()


@pytest.fixture(scope="module")
def drawn(course):
    return wording.Wording(course.safety)


GRADES = {
    "emergency": {"S3", "S4"},
    "stop_all": {"S1", "S8"},
    "leave_exercise": {"S7"},
}


@pytest.mark.parametrize("order", GRADES)
def test_each_grade_has_its_stop_rules(course, order):
    found = {rule.code for rule in course.safety.stop_rules if rule.order == order}
    assert found == GRADES[order]


def test_the_orders_of_an_exercise_stand_soonest_first_with_their_signs(course):
    found = course.safety.orders_of(("S2", "S7", "S3"))
    assert [order.key for order, _ in found] == ["emergency", "leave_exercise", "lower_level"]
    assert len(found[0][1]) == 3


def test_every_exercise_that_may_bring_on_leg_symptoms_names_all_three_grades(course):
    for exercise in course.exercises.values():
        if {"S1", "S7"} & set(exercise.stop):
            assert {"S1", "S3", "S7"} <= set(exercise.stop), exercise.id


def test_leg_symptoms_in_the_diary_and_on_the_warning_page_stop_all_and_are_called_about_today():
    for trigger in (Trigger.LEG_SYMPTOMS, Trigger.NEW_LEG_SYMPTOMS):
        assert (trigger.level, trigger.effect) == (Level.URGENT, Effect.LOCKS_EXERCISES)
        assert trigger.within.total_seconds() <= 8 * 3600


def test_pain_down_the_leg_takes_what_was_done_off_the_list():
    assert Trigger.LEG_PAIN.effect is Effect.SUSPENDS_EXERCISES


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_signs_of_an_order_are_drawn_as_a_list(drawn, course, language):
    signs = [sign.get(language) for sign in course.safety.signs_of(StopOrder.STOP_ALL)]
    text = drawn.drawn("{{signs: stop_all}}", language)
    assert re.findall(r"^- (.*)[.;]$", text, re.MULTILINE) == signs


def test_one_sign_is_drawn_into_a_sentence(drawn):
    assert drawn.drawn("Con {{sign: S6}}, suelta.", "es") == "Con un calambre, suelta."
    assert drawn.drawn("{{do: S6}}", "en") == "**Let go of the muscle if you have** a cramp."


def test_the_traffic_light_is_drawn_as_a_list_and_as_a_sentence_of_a_film(drawn):
    lines = drawn.drawn("{{colours: list}}", "en").splitlines()
    assert lines[0] == "- **Green, 0 to 2:** go on."
    assert lines[2] == "- **Red, more than 5:** slow down or do an easier version."
    said = drawn.drawn("{{colours: short}}", "es")
    assert said == "verde, sigue; ámbar, sigue; rojo, baja el ritmo"


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_card_of_a_patient_has_the_colours_and_numbers_of_the_safety_file(course, language):
    card = course.module("education").card.get(language)
    rows = [f"| {rule.name.get(language)} | {rule.pain.get(language)} |"
            for rule in course.safety.colours]  # fmt: skip
    assert re.findall(r"^\| \w+ \| [^|]*\d[^|]* \|", card, re.MULTILINE) == rows


def test_red_begins_where_the_protocols_lead_one_level_down(course):
    _, amber, _ = course.safety.colours
    for each in protocol.load().values():
        assert each.levels.pain_mm_above == 10 * amber.up_to


def test_a_course_without_a_traffic_light_has_none_to_draw(course):
    without = wording.Wording(replace(course.safety, colours=()))
    assert without.unknown("{{colours: list}}") == ["{{colours: list}}"]


@pytest.mark.parametrize(
    "asked", ["{{signs: flee}}", "{{colours: long}}", "{{sign: S99}}", "{{do: S99}}"]
)
def test_what_the_safety_file_does_not_have_is_unknown(drawn, asked):
    assert drawn.unknown(f"Si {asked}") == [asked]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Si sientes adormecimiento entre las piernas, ve a urgencias."),
        ("es", "Si el hormigueo baja, deja el ejercicio."),
        ("es", "Si cambia tu control de la orina."),
        ("es", "Con dolor en el pecho, para."),
        ("en", "If you feel numb between your legs."),
        ("en", "New trouble passing urine."),
        ("en", "Growing weakness in one leg."),
    ],
)
def test_a_sign_worded_by_hand_is_found_with_its_line(language, words):
    assert [line for line, _ in wording.second_wordings(f"Hola.\n{words}", language)] == [1]


@pytest.mark.parametrize("words", ["Un número de serie.", "Put one foot on a low stool."])
def test_other_words_are_none(words):
    assert not list(wording.second_wordings(words, "en" if "foot" in words else "es"))


def test_no_text_of_the_course_words_a_sign_a_second_time():
    assert not [fault for fault in content.check() if "words a sign itself" in str(fault)]
