"""Reading a submitted form: nothing coerced, clipped, lost or invented."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    NONE_OF_THESE,
    Choice,
    Item,
    Licence,
    Pack,
    Reason,
    check,
    plausibility,
    safety_flags,
    safety_questions,
)
from modules.text import Text

ODI, VAS, RMDQ = INSTRUMENTS["odi"], INSTRUMENTS["vas_pain"], INSTRUMENTS["rmdq"]
PHQ9, SDS, NRS, BIPQ = (INSTRUMENTS[key] for key in ("phq9", "sds", "nrs", "bipq"))


def fault(instrument, key, value):
    """Return the error code of one field."""
    return check(instrument, {key: value}).errors.get(key)


class TestOneAnswer:
    def test_a_code_is_read_as_a_whole_number(self):
        assert check(VAS, {"q1": "37"}).answers == {"q1": 37}

    def test_a_field_that_came_as_a_list_of_one_is_one_answer(self):
        assert check(VAS, {"q1": ["37"]}).answers == {"q1": 37}

    def test_zero_is_an_answer(self):
        assert check(VAS, {"q1": "0"}).answers == {"q1": 0}

    def test_a_negative_code_is_read_where_the_scale_has_one(self):
        assert check(INSTRUMENTS["gpe_11"], {"q1": "-5"}).answers == {"q1": -5}

    @pytest.mark.parametrize(
        "value",
        ["3.0", "3,5", " 3", "03", "+3", "1e1", "٣", "३", "³", "tres", "0x1", "-0", 3, True],
    )
    def test_anything_else_is_not_a_whole_number(self, value):
        assert fault(VAS, "q1", value) == "not_an_integer"

    @pytest.mark.parametrize("value", ["-1", "101", "999999"])
    def test_a_number_beyond_the_scale_is_not_clipped(self, value):
        assert fault(VAS, "q1", value) == "out_of_range"

    def test_a_refused_answer_is_neither_kept_nor_called_skipped(self):
        checked = check(VAS, {"q1": "101"})
        assert (checked.answers, checked.reasons) == ({}, {})

    def test_two_answers_to_one_question_are_refused(self):
        assert fault(VAS, "q1", ["3", "4"]) == "several_answers"

    def test_two_marks_in_an_odi_section_are_both_kept(self):
        assert check(ODI, {"q1": ["1", "3"]}).answers["q1"] == (1, 3)

    def test_every_mark_of_a_section_is_checked(self):
        assert fault(ODI, "q1", ["1", "6"]) == "out_of_range"

    def test_words_are_kept_as_written(self):
        assert check(BIPQ, {"q9": " cargar cajas "}).answers["q9"] == " cargar cajas "

    @pytest.mark.parametrize(
        ("value", "code"), [("x" * 2001, "too_long"), ("a\x00b", "unprintable"), (7, "not_text")]
    )
    def test_words_that_cannot_be_kept_are_refused(self, value, code):
        assert fault(BIPQ, "q9", value) == code


class TestNoAnswer:
    def test_an_absent_field_is_skipped(self):
        assert check(VAS, {}).reasons == {"q1": Reason.SKIPPED}

    def test_an_empty_field_is_skipped(self):
        assert check(VAS, {"q1": ""}).reasons == {"q1": Reason.SKIPPED}

    def test_declined_and_not_applicable_are_kept_apart(self):
        given_reasons = [
            check(ODI, {"q8": word}).reasons["q8"] for word in ("declined", "not_applicable")
        ]
        assert given_reasons == [Reason.DECLINED, Reason.NOT_APPLICABLE]

    def test_the_reason_may_come_in_a_field_of_its_own(self):
        assert check(VAS, {"q1.reason": "declined"}).reasons == {"q1": Reason.DECLINED}

    def test_an_answer_with_a_reason_is_a_contradiction(self):
        checked = check(VAS, {"q1": "30", "q1.reason": "declined"})
        assert checked.errors == {"q1": "answer_and_reason"}

    def test_a_reason_that_was_not_offered_is_refused(self):
        assert fault(ODI, "q1", "not_applicable") == "reason_not_offered"

    def test_a_reason_in_words_of_an_open_question_is_only_words(self):
        assert check(BIPQ, {"q9": "declined"}).answers["q9"] == "declined"


class TestTicks:
    def test_an_unticked_sentence_is_a_no_once_one_is_ticked(self):
        checked = check(RMDQ, {"q3": "1"})
        assert sum(checked.answers.values()) == 1
        assert len(checked.answers) == 24

    def test_none_of_these_is_a_zero(self):
        checked = check(RMDQ, {NONE_OF_THESE: "1"})
        assert set(checked.answers.values()) == {0}

    def test_an_empty_form_is_skipped_and_not_a_zero(self):
        checked = check(RMDQ, {})
        assert (checked.answers, set(checked.reasons.values())) == ({}, {Reason.SKIPPED})

    def test_a_tick_beside_none_of_these_is_a_contradiction(self):
        checked = check(RMDQ, {"q3": "1", NONE_OF_THESE: "1"})
        assert checked.errors == {NONE_OF_THESE: "contradiction"}


def test_one_question_per_screen_reads_only_its_own():
    checked = check(ODI, {"q2": "3"}, keys={"q2"})
    assert (checked.answers, checked.reasons) == ({"q2": 3}, {})


def test_fields_of_the_page_itself_are_left_alone():
    assert check(VAS, {"q1": "3", "csrf_token": "x"}).errors == {}


@given(
    st.sampled_from(sorted(INSTRUMENTS)).map(INSTRUMENTS.get),
    st.dictionaries(
        st.sampled_from([f"q{n}" for n in range(1, 37)] + [NONE_OF_THESE, "q8.reason"]),
        st.text(max_size=4) | st.integers(-9, 120).map(str) | st.lists(st.text(max_size=2)),
    ),
)
def test_every_item_ends_in_exactly_one_place(instrument, raw):
    checked = check(instrument, raw)
    placed = [*checked.answers, *checked.reasons, *checked.errors]
    assert sorted(set(placed) - {NONE_OF_THESE}) == sorted(item.key for item in instrument.items)
    assert len(set(placed)) == len(placed)


@given(st.text(max_size=4) | st.integers(-9, 120).map(str))
def test_whatever_is_kept_is_a_legal_code(value):
    kept = check(VAS, {"q1": value}).answers.get("q1", 0)
    assert 0 <= kept <= 100


class TestPlausibility:
    def test_a_rating_above_the_worst_is_named(self):
        codes = plausibility(NRS, {"q1": 8, "q2": 9, "q3": 7})
        assert codes == ["current_above_worst", "average_above_worst"]

    def test_equal_ratings_are_plausible(self):
        assert plausibility(NRS, {"q1": 7, "q2": 7, "q3": 7}) == []

    def test_without_the_worst_nothing_is_said(self):
        assert plausibility(NRS, {"q1": 8, "q2": None, "q3": None}) == []


class TestSafety:
    @pytest.mark.parametrize(("code", "flags"), [(0, []), (1, ["phq9_item9"]), (3, ["phq9_item9"])])
    def test_any_thought_of_self_harm_is_flagged(self, code, flags):
        assert safety_flags(PHQ9, {"q9": code}) == flags

    @pytest.mark.parametrize(("code", "flags"), [(2, []), (3, ["sds_item19"])])
    def test_the_sds_is_flagged_from_three(self, code, flags):
        assert safety_flags(SDS, {"q19": code}) == flags

    def test_silence_on_item_9_is_a_reason_to_ask(self):
        assert safety_questions(PHQ9, {"q1": 0}) == ["phq9_item9"]

    def test_an_answered_item_9_needs_no_asking(self):
        assert safety_questions(PHQ9, {"q9": 0}) == []


class TestInstrument:
    PACK = Pack("es", "v", "holder", "ref", "none", "0" * 64)

    def test_a_pack_opens_its_language_only(self):
        licensed = replace(ODI, packs={"es": self.PACK})
        assert (licensed.may_be_published("es"), licensed.may_be_published("en")) == (True, False)

    def test_a_pack_takes_the_mark_from_its_language_only(self):
        licensed = replace(ODI, packs={"es": self.PACK})
        assert (licensed.marked_own("es"), licensed.marked_own("en")) == (None, ODI.wording)

    def test_an_own_form_of_the_site_needs_no_pack(self):
        assert replace(ODI, licence=Licence.SITE).may_be_published("en")

    def test_two_items_with_one_key_stop_the_start(self):
        with pytest.raises(ValueError, match="two items share a key"):
            replace(VAS, items=VAS.items * 2)

    def test_a_subscale_of_unknown_items_stops_the_start(self):
        with pytest.raises(ValueError, match="no such item: q7"):
            replace(VAS, subscales={"all": ("q1", "q7")})

    def test_two_options_with_one_code_stop_the_start(self):
        twice = (Choice(1, Text("a", "a")), Choice(1, Text("b", "b")))
        with pytest.raises(ValueError, match="two choices share a value"):
            Item(key="q1", topic=Text("a", "a"), prompt=Text("a", "a"), choices=twice)

    def test_an_unknown_item_has_no_answer(self):
        with pytest.raises(KeyError):
            VAS.item("q2")
