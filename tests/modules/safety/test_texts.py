"""Safety texts carry the site's numbers and are found by sign, level and trigger."""

import pytest

from modules.course import content
from modules.errors import NotFound
from modules.safety.texts import Level, Occasion


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
        assert "112" in own.say(own.stop_rule("S3").text, "es")

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
    def test_the_baseline_screen_asks_all_nine(self, safety):
        codes = [flag.code for flag in safety.asked(Occasion.BASELINE)]
        assert codes == [f"R{number}" for number in range(1, 10)]

    def test_the_weekly_screen_is_shorter_and_keeps_every_emergency(self, safety):
        weekly = safety.asked(Occasion.WEEKLY)
        emergencies = {flag for flag in safety.red_flags if flag.level is Level.EMERGENCY}
        assert emergencies <= set(weekly)
        assert len(weekly) < len(safety.red_flags)

    @pytest.mark.parametrize(
        ("code", "level"),
        [("R1", "emergency"), ("R2", "emergency"), ("R3", "urgent"), ("R4", "urgent"),
         ("R5", "urgent"), ("R6", "amber"), ("R7", "emergency"), ("R8", "review"),
         ("R9", "amber")],
    )  # fmt: skip
    def test_levels_are_those_of_the_safety_plan(self, safety, code, level):
        assert safety.red_flag(code).level == level

    def test_every_level_has_a_fixed_text(self, safety):
        assert all(safety.for_level(level).level is level for level in Level)


class TestTriggers:
    @pytest.mark.parametrize("code", ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T9"])
    def test_a_clinical_trigger_has_a_fixed_text(self, safety, code):
        assert code in safety.for_trigger(code).triggers

    def test_silence_is_not_a_reason_to_show_a_warning(self, safety):
        assert safety.for_trigger("T8") is None

    def test_the_crisis_text_gives_the_lines(self, safety):
        said = safety.say(safety.for_trigger("T5").body, "es")
        assert all(number in said for number in ("800 911 2000", "55 5259 8121", "911"))


def test_the_warning_page_says_that_nobody_watches_at_night(safety):
    assert "nadie vigila" in safety.warning.afterwards.es
    assert "nobody watches" in safety.warning.afterwards.en
