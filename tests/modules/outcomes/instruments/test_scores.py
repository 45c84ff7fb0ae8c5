"""Worked cases of the published rules, one behaviour each, without any other file."""

import pytest

from modules.outcomes.questionnaire import ScoringError
from modules.outcomes.scoring import score


def scored(instrument, answers, version="", **params):
    """Score answers given in order, or by key."""
    if not isinstance(answers, dict):
        answers = {f"q{position}": value for position, value in enumerate(answers, 1)}
    return score({"instrument": instrument, "version": version, "items": answers, "params": params})


class TestOdi:
    def test_sixteen_of_fifty_is_32_percent(self):
        assert scored("ODI", [2, 1, 2, 1, 2, 2, 1, 1, 2, 2])["percent"] == 32.0

    def test_a_section_without_answer_shrinks_the_denominator(self):
        result = scored("ODI", [2, 1, 2, 1, 2, 2, 2, None, 2, 2])
        assert (result["percent"], result["percent_rounded"]) == (35.56, 36)
        assert result["status"] == "prorated"

    def test_of_two_marks_the_higher_counts(self):
        assert scored("ODI", [[1, 3], *[0] * 9])["raw_sum"] == 3

    def test_three_missing_sections_are_too_many(self):
        result = scored("ODI", [1] * 7)
        assert (result["percent"], result["status"]) == (None, "too_many_missing")

    def test_the_limit_of_missing_sections_is_a_setting(self):
        assert scored("ODI", [1] * 7, max_missing=3)["percent"] == 20.0

    @pytest.mark.parametrize(
        ("raw", "band"),
        [(10, "minimal"), (11, "moderate"), (20, "moderate"), (21, "severe"), (30, "severe"),
         (31, "crippled"), (40, "crippled"), (41, "bed_bound")],
    )  # fmt: skip
    def test_the_upper_end_of_a_band_belongs_to_it(self, raw, band):
        tens, rest = divmod(raw, 5)
        answers = [5] * tens + ([rest] if rest else [])
        assert scored("ODI", answers + [0] * (10 - len(answers)))["band"] == band

    def test_the_modified_form_is_another_instrument(self):
        with pytest.raises(ScoringError, match="version_of_another_instrument"):
            scored("ODI", [1] * 10, version="Modified ODI (Fritz & Irrgang)")


class TestPain:
    def test_an_untouched_line_is_no_answer(self):
        assert scored("VAS", [None])["score_mm"] is None

    def test_thirty_millimetres_are_enough_to_take_part(self):
        limits = [scored("VAS", [mm])["eligible_ge_30mm"] for mm in (29, 30)]
        assert limits == [False, True]

    def test_a_current_pain_above_the_worst_is_pointed_out_and_kept(self):
        result = scored("NRS", [8, 5, 7])
        assert (result["current"], result["warn_inconsistent"]) == (8, True)


class TestRolandMorris:
    def test_prorates_three_of_twenty_three(self):
        answers = [1, 1, 1, *[0] * 20, None]
        assert scored("RMDQ", answers)["total_prorated"] == 3.13

    def test_counts_an_unmarked_sentence_as_no(self):
        assert scored("RMDQ", [1, 1, 1, *[None] * 21])["total_unmarked_as_no"] == 3

    def test_an_empty_form_is_not_a_zero(self):
        assert scored("RMDQ", [None] * 24)["total_unmarked_as_no"] is None


class TestMood:
    def test_a_prorated_total_is_rounded_half_up(self):
        assert scored("PHQ-9", [2, 2, 2, 2, 2, 1, 1, 1, None])["total"] == 15

    def test_item_9_raises_the_alert_without_a_total(self):
        result = scored("PHQ-9", [None, None, None, 2, 2, 1, 1, 0, 1])
        assert (result["total"], result["alert_item9"]) == (None, True)

    def test_five_symptoms_with_a_core_one_are_the_major_syndrome(self):
        result = scored("PHQ-9", [2, 0, 2, 2, 2, 0, 0, 0, 1])
        assert (result["major_dep_syndrome"], result["other_dep_syndrome"]) == (True, False)

    def test_without_a_core_symptom_there_is_no_syndrome(self):
        result = scored("PHQ-9", [1, 1, 3, 3, 3, 3, 3, 3, 3])
        assert (result["major_dep_syndrome"], result["other_dep_syndrome"]) == (False, False)

    def test_the_difficulty_question_is_recorded_and_not_counted(self):
        result = scored("GAD-7", [1, 1, 1, 1, 1, 0, 0, 3])
        assert (result["total"], result["answered"]) == (5, 7)

    def test_the_two_depression_norms_differ_at_raw_42(self):
        answers = [3, 2, 2, 2, 3, 3, 2, 2, 2, 2, 3, 3, 2, 3, 2, 3, 3, 3, 2, 3]
        result = scored("SDS", answers)
        assert (result["index_half_up"], result["band_zung"]) == (53, "mild")
        assert (result["index_truncated"], result["band_chictr2000041459"]) == (52, "none")


class TestSf36:
    BEST = {
        **dict.fromkeys(range(1, 37), 1),
        **dict.fromkeys(range(3, 13), 3),
        **dict.fromkeys(range(13, 20), 2),
        **dict.fromkeys((24, 25, 28, 29, 31), 6),
        **dict.fromkeys((32, 33, 35), 5),
    }

    def answers(self, **changes):
        """Return the best answers with some changed."""
        return {f"q{position}": code for position, code in self.BEST.items()} | changes

    def test_the_best_health_reaches_the_known_summaries(self):
        result = scored("SF-36/RAND-36", self.answers())
        assert (result["pcs_us1990"], result["mcs_us1990"]) == (57.87, 62.14)

    def test_interference_counts_one_less_when_there_is_pain(self):
        # 5.4 + 5 instead of 6 + 6
        assert scored("SF-36/RAND-36", self.answers(q21=2))["sf36v1"]["BP"] == 84.0

    def test_interference_alone_has_its_own_points(self):
        result = scored("SF-36/RAND-36", self.answers(q21=None, q22=2))
        assert result["sf36v1"]["BP"] == 75.0

    def test_less_than_half_a_scale_is_scored_by_rand_only(self):
        missing = {f"q{position}": None for position in range(3, 9)}
        result = scored("SF-36/RAND-36", self.answers(**missing))
        assert (result["rand36"]["PF"], result["sf36v1"]["PF"]) == (100.0, None)
        assert result["pcs_us1990"] is None

    def test_a_site_may_hand_in_its_own_norms(self):
        flat = {"mean": 50, "sd": 10, "pcs": 0, "mcs": 0.1}
        norms = dict.fromkeys(("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH"), flat)
        result = scored("SF-36/RAND-36", self.answers(), norm_set=norms)
        assert (result["pcs_us1990"], result["mcs_us1990"]) == (50.0, 90.0)

    def test_an_incomplete_norm_set_is_refused(self):
        with pytest.raises(ScoringError, match="bad_setting"):
            scored("SF-36/RAND-36", self.answers(), norm_set={"PF": {"mean": 50}})

    def test_version_2_is_another_instrument(self):
        with pytest.raises(ScoringError, match="version_of_another_instrument"):
            scored("SF-36/RAND-36", self.answers(), version="SF-36v2")


class TestBeliefs:
    def test_unscored_fear_avoidance_items_do_not_count(self):
        answers = dict.fromkeys(("q1", "q8", "q13", "q14", "q16"), 6)
        answers |= dict.fromkeys(("q2", "q3", "q4", "q5"), 1)
        result = scored("FABQ", answers)
        assert (result["pa"], result["work"]) == (4, None)

    def test_the_relevance_of_catastrophizing_follows_the_prorated_total(self):
        result = scored("PCS-13", [3] * 12 + [None])
        assert (result["total"], result["clinically_relevant_ge30"]) == (None, True)

    def test_the_key_of_the_subscales_is_a_setting(self):
        key = {"rumination": [1, 2], "magnification": [3], "helplessness": [4, 5]}
        result = scored("PCS-13", [1, 2, 3, 4, 4, *[0] * 8], subscales=key)
        assert (result["rumination"], result["magnification"], result["helplessness"]) == (3, 3, 8)
        assert result["total"] == 14

    def test_no_answers_at_all_is_no_low_self_efficacy(self):
        assert scored("PSEQ", [None] * 10)["low_lt20"] is None

    def test_three_illness_views_run_the_other_way(self):
        assert scored("Brief IPQ", [0] * 8)["total"] == 30

    def test_the_open_question_takes_words(self):
        assert scored("Brief IPQ", [0] * 8 + ["cargar cajas"])["answered"] == 8


class TestEq5d:
    @pytest.mark.parametrize(
        ("profile", "mexico", "spain"),
        [("11111", 1.0, 1.0), ("12345", 0.295, 0.308), ("55555", -0.596, -0.416)],
    )
    def test_published_indices_of_five_levels(self, profile, mexico, spain):
        result = scored("EQ-5D-5L", [*map(int, profile), 50])
        assert (result["index_mexico"], result["index_spain"]) == (mexico, spain)

    @pytest.mark.parametrize(
        ("profile", "index"), [("11111", 1.0), ("11122", 0.825), ("33333", -0.654)]
    )
    def test_published_indices_of_three_levels(self, profile, index):
        assert scored("EQ-5D-3L", [*map(int, profile), 50])["index_spain_tto"] == index

    def test_a_missing_dimension_leaves_the_health_line(self):
        result = scored("EQ-5D-5L", [1, 1, None, 1, 1, 70])
        assert (result["profile"], result["index_mexico"], result["eq_vas"]) == (None, None, 70)


class TestActivityAndChange:
    def test_an_activity_level_out_of_range_is_an_error_and_no_level(self):
        assert scored("SGPALS", [5]) == {
            "level": None, "label": None, "sedentary": None, "error": True,
        }  # fmt: skip

    def test_plus_two_is_improved_on_eleven_points(self):
        assert scored("GPE", [2], version="11-point -5..+5")["responder_ge2"] is True

    def test_two_is_improved_on_seven_points(self):
        assert scored("GPE", [2], version="7-point 1..7")["responder_le2"] is True

    def test_a_change_scale_without_a_stated_version_is_refused(self):
        with pytest.raises(ScoringError, match="version_unknown"):
            scored("GPE", [2], version="standard")

    def test_a_code_of_the_other_change_scale_is_refused(self):
        with pytest.raises(ScoringError, match="out_of_range"):
            scored("GPE", [-3], version="7-point 1..7")


class TestStartBack:
    def test_four_points_without_distress_are_a_medium_risk(self):
        assert scored("STarT Back", [1, 1, 1, 1, 0, 0, 0, 0, 2])["risk"] == "medium"

    def test_four_points_of_distress_are_a_high_risk(self):
        assert scored("STarT Back", [0, 0, 0, 0, 1, 1, 1, 1, 1])["risk"] == "high"

    def test_only_the_two_highest_options_of_item_9_count(self):
        totals = [scored("STarT Back", [0] * 8 + [code])["total"] for code in range(5)]
        assert totals == [0, 0, 0, 1, 1]


def test_a_fearful_answer_to_all_eleven_items_is_44():
    assert scored("TSK-11", [4] * 11)["total"] == 44


def test_agreeing_with_the_positive_statements_is_adherence():
    result = scored("EARS", [0, 4, 4, 0, 4, 0])
    assert (result["total"], result["adherent_ge17"]) == (24, True)


def test_csq8_prorates_one_missing_answer():
    assert scored("CSQ-8", [3, 3, None, 3, 2, 3, 3, 4])["total_prorated"] == 24.0


def test_our_satisfaction_form_is_the_mean_times_twenty():
    assert scored("SATISFACTION", [5, 5, 5, 5, 4, 4, 4, None])["score"] == 91.43
