"""Every questionnaire of the catalogue is complete, in both languages, and marked as our own."""

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    OWN_WORDING,
    Instrument,
    Kind,
    Licence,
)
from modules.text import Text

EVERY = sorted(INSTRUMENTS.values(), key=lambda instrument: instrument.key)
each = pytest.mark.parametrize("instrument", EVERY, ids=lambda instrument: instrument.key)


def texts(instrument: Instrument) -> list[Text]:
    """Return every text a person may read of this instrument."""
    found = [
        instrument.title,
        instrument.rights,
        instrument.recall,
        instrument.unit,
        instrument.missing_rule,
    ]
    found += [band.label for band in instrument.bands]
    found += [instrument.lead] if instrument.lead else []
    for item in instrument.items:
        found += [item.topic, item.prompt, *(item.anchors or ())]
        found += [choice.label for choice in item.choices]
    return found


def test_the_catalogue_holds_every_instrument_of_the_protocols():
    assert set(INSTRUMENTS) == {
        "bipq", "csq8", "ears", "eq5d3l", "eq5d5l", "fabq", "gad7", "gpe_11", "gpe_7", "nrs",
        "odi", "pcats", "phq9", "pseq", "rand36", "rmdq", "satisfaction", "sds", "sgpals",
        "startback", "tsk11", "tsk13", "vas_pain",
    }  # fmt: skip


@each
def test_every_text_is_there_in_both_languages(instrument):
    assert all(text.es.strip() and text.en.strip() for text in texts(instrument))


@each
def test_no_two_options_of_an_item_read_the_same(instrument):
    for item in instrument.items:
        for language in ("es", "en"):
            labels = [choice.label.get(language) for choice in item.choices]
            assert len(set(labels)) == len(labels)


@each
def test_no_two_items_ask_the_same(instrument):
    for language in ("es", "en"):
        prompts = [item.prompt.get(language) for item in instrument.items]
        repeated = {prompt for prompt in prompts if prompts.count(prompt) > 1}
        assert repeated == set()


@each
def test_patients_are_spoken_to_without_formality_or_alarm(instrument):
    words = " ".join(text.es.lower() for text in texts(instrument))
    assert " usted" not in words
    assert "desgast" not in words
    assert "frágil" not in words


@each
def test_a_choice_item_has_options_and_any_other_a_range(instrument):
    for item in instrument.items:
        assert bool(item.choices) == (item.kind is Kind.CHOICE)
        assert item.kind is Kind.TEXT or item.minimum < item.maximum


@each
def test_bands_follow_each_other_without_gap_or_overlap(instrument):
    for lower, upper in zip(instrument.bands, instrument.bands[1:], strict=False):
        assert upper.low == lower.high + 1


@each
def test_bands_reach_from_the_lowest_to_the_highest_score(instrument):
    if instrument.bands:
        ends = (instrument.bands[0].low, instrument.bands[-1].high)
        assert ends == instrument.score_range


@each
def test_names_fit_the_columns_that_keep_them(instrument):
    assert len(instrument.key) <= 40
    assert len(instrument.version) <= 40


@each
def test_the_own_wording_is_marked_unless_the_form_itself_is_ours(instrument):
    expected = None if instrument.key == "satisfaction" else OWN_WORDING
    assert instrument.marked_own("es") == expected


@each
def test_only_licensed_forms_wait_for_a_pack_before_a_real_study(instrument):
    waits = instrument.licence is Licence.LICENSED
    assert instrument.may_be_published("es") is not waits


def test_codes_and_keys_are_unique():
    assert len({instrument.code for instrument in EVERY}) == len(EVERY)


def test_the_catastrophizing_scale_never_shares_a_code_with_the_physical_summary():
    codes = {instrument.code for instrument in EVERY}
    codes |= {code for instrument in EVERY for code in instrument.local_codes.values()}
    assert {"PCATS", "SF36_PCS"} <= codes
    assert "PCS" not in codes


def test_the_satisfaction_form_names_nothing_that_only_one_arm_receives():
    told = " ".join(
        text.get(language).lower()
        for text in texts(INSTRUMENTS["satisfaction"])
        for language in ("es", "en")
    )
    arms = ("video", "moodle", "whatsapp", "plataforma", "platform", "curso", "course",
            "recordatorio", "reminder", "sesi", "session", "aplicaci")  # fmt: skip
    assert [word for word in arms if word in told] == []


def test_the_sex_life_section_may_be_declined_or_not_apply():
    item = INSTRUMENTS["odi"].item("q8")
    assert {reason.value for reason in item.reasons} == {"declined", "not_applicable"}


def test_work_questions_may_not_apply_and_activity_questions_always_do():
    items = INSTRUMENTS["fabq"].items
    offered = ["not_applicable" in item.reasons for item in items]
    assert offered == [False] * 5 + [True] * 11


def test_options_of_four_csq8_items_run_the_other_way_on_screen():
    first = [item.choices[0].value for item in INSTRUMENTS["csq8"].items]
    assert first == [4, 1, 4, 1, 1, 4, 4, 1]


def test_tsk11_asks_eleven_of_the_thirteen_questions():
    long = [item.topic for item in INSTRUMENTS["tsk13"].items]
    assert [item.topic for item in INSTRUMENTS["tsk11"].items] == long[:6] + long[7:10] + long[11:]
