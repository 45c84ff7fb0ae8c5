"""Safety texts carry the site's numbers and are found by sign, level and trigger."""

import pytest

from modules.course import content
from modules.errors import NotFound
from modules.safety.symptoms import OFFERED
from modules.safety.texts import Occasion, StopOrder
from modules.safety.triggers import Level, Origin, Trigger


@pytest.fixture(scope="module")
def safety():
    return content.load().safety


class TestNumbers:
    def test_a_text_is_said_with_the_number_in_it(self, safety):
        text = safety.text("emergency")
        assert "911" in safety.say(text.body, "es")
        assert "{" not in safety.say(text.body, "en")

    def test_a_site_sets_its_own_number(self, safety):
        own = safety.with_numbers({"emergency": "112"})
        assert "112" in own.say(own.order(StopOrder.EMERGENCY).text, "es")

    def test_a_number_that_is_not_set_is_not_shown(self, safety):
        assert "clinic" not in {number.key for number in safety.shown_numbers()}

    def test_a_clinic_number_is_shown_once_it_is_set(self, safety):
        shown = safety.with_numbers({"clinic": "55 0000 0000"}).shown_numbers()
        assert "55 0000 0000" in {number.number for number in shown}

    def test_an_empty_setting_cannot_take_a_number_away(self, safety):
        own = safety.with_numbers({"emergency": ""})
        assert "911" in own.say(own.text("emergency").body, "es")

    def test_a_number_nobody_knows_is_refused(self, safety):
        with pytest.raises(NotFound):
            safety.with_numbers({"pizza": "1"})


class TestRedFlags:
    def test_the_baseline_screen_asks_about_every_red_flag(self, safety):
        codes = [flag.code for flag in safety.asked(Occasion.BASELINE)]
        assert codes == [f"R{number}" for number in range(1, 11)]

    def test_the_weekly_screen_is_shorter_and_keeps_every_emergency(self, safety):
        weekly = safety.asked(Occasion.WEEKLY)
        emergencies = {each for each in Trigger if each.level is Level.EMERGENCY}
        ticked = {each for each in emergencies if each.origin is Origin.WARNING_PAGE}
        assert ticked <= {sign.code for sign in weekly}
        assert len(weekly) < len(safety.asked(Occasion.BASELINE))

    def test_the_diary_asks_about_every_symptom_the_leg_first(self, safety):
        assert [sign.code for sign in safety.asked(Occasion.DIARY)] == list(OFFERED)

    def test_the_warning_page_asks_about_every_red_flag_and_each_has_the_text_of_its_level(
        self, safety
    ):
        for sign in safety.asked(Occasion.ANY_TIME):
            trigger = Trigger.of(sign.code)
            assert safety.for_trigger(trigger).level is trigger.level


class TestTriggers:
    @pytest.mark.parametrize(
        "trigger",
        [
            each
            for each in Trigger
            if each not in {Trigger.OUT_OF_TOUCH, Trigger.SUICIDAL_IDEATION_UNANSWERED}
        ],
    )
    def test_a_clinical_trigger_has_a_fixed_text(self, safety, trigger):
        assert safety.for_trigger(trigger).body.get("es")

    def test_silence_is_not_a_reason_to_show_a_warning(self, safety):
        assert safety.for_trigger(Trigger.OUT_OF_TOUCH) is None

    def test_the_most_urgent_text_is_said(self, safety):
        found = [Trigger.NOTE_TO_READ, Trigger.DIARY_WARNING_SIGN, Trigger.PAIN_HIGH]
        assert safety.first_said(found)[0] is Trigger.DIARY_WARNING_SIGN

    def test_a_trigger_without_a_text_does_not_hide_one_that_has_it(self, safety):
        found = [Trigger.SUICIDAL_IDEATION_UNANSWERED, Trigger.SEVERE_MOOD_SCORE]
        assert safety.first_said(found)[0] is Trigger.SEVERE_MOOD_SCORE

    def test_nothing_is_said_about_a_silence_alone(self, safety):
        assert safety.first_said([Trigger.OUT_OF_TOUCH]) is None

    def test_the_crisis_text_gives_the_lines(self, safety):
        said = safety.say(safety.for_trigger(Trigger.SUICIDAL_IDEATION).body, "es")
        assert all(number in said for number in ("800 911 2000", "55 5259 8121", "911"))


def test_the_warning_page_says_that_nobody_watches_at_night(safety):
    assert "nadie vigila" in safety.warning.afterwards.es
    assert "nobody watches" in safety.warning.afterwards.en
