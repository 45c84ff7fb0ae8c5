"""Scoring by name: nothing but a result or one kind of error, for any JSON whatever."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import ScoringError
from modules.outcomes.scoring import DERIVED, score, score_lines

NAMES = sorted({name for one in INSTRUMENTS.values() for name in (*one.names, one.key)})

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-6, 101)
    | st.floats()
    | st.text(max_size=5)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
item_keys = st.integers(1, 37).map(lambda number: f"q{number}") | st.sampled_from(
    ["baseline", "followup", "logs_completed", "login_days", "live_attended", "live_offered"]
)
settings_keys = st.sampled_from(
    ["max_missing", "reversed", "pa", "work", "max_missing_per_scale", "norm_set", "mic_abs",
     "us_norms_and_weights", "login_target_days"]
)  # fmt: skip
cases = st.fixed_dictionaries(
    {
        "instrument": st.sampled_from([*NAMES, *DERIVED]),
        "version": st.sampled_from(["", "ODI", "VAS", "PSEQ", "7-point", "11-point"]),
        "items": st.dictionaries(item_keys, scalars | st.lists(st.integers(-1, 6)), max_size=12),
    },
    optional={"params": st.dictionaries(settings_keys, anything, max_size=3)},
)


def case(instrument, items, version="", **params):
    """Return a case."""
    return {"instrument": instrument, "version": version, "items": items, "params": params}


def reason(broken):
    """Return the code with which a case is refused."""
    with pytest.raises(ScoringError) as refused:
        score(broken)
    return refused.value.reason


def scored_or_refused(value):
    """Score anything; only ScoringError may come out, and results are plain JSON."""
    try:
        result = score(value)
    except ScoringError as error:
        return error.reason
    return json.dumps(result, allow_nan=False)


@given(anything)
def test_any_json_is_scored_or_refused(value):
    assert scored_or_refused(value)


@settings(max_examples=500)
@given(cases)
def test_any_answers_and_settings_are_scored_or_refused(value):
    assert scored_or_refused(value)


@given(st.lists(st.text(max_size=20) | cases.map(json.dumps), max_size=6))
def test_every_line_gets_one_line_of_json(lines):
    answers = list(score_lines(lines))
    assert len(answers) == len(lines)
    for line, scored in answers:
        assert isinstance(json.loads(line), dict)
        assert scored is not line.startswith('{"error": {')


@pytest.mark.parametrize("key", sorted(INSTRUMENTS))
def test_every_instrument_answers_to_its_key_code_and_names(key):
    instrument = INSTRUMENTS[key]
    results = [
        score(case(name, {}, version=instrument.version))
        for name in (instrument.key, instrument.code, *instrument.names)
    ]
    assert all(result == results[0] for result in results)


class TestRefusals:
    def test_true_is_not_a_one(self):
        assert reason(case("ODI", {"q1": True})) == "not_an_integer"

    def test_a_number_as_text_is_not_read(self):
        assert reason(case("ODI", {"q1": "3"})) == "not_an_integer"

    def test_a_fraction_is_not_rounded(self):
        assert reason(case("VAS", {"q1": 30.0})) == "not_an_integer"

    def test_a_code_out_of_range_is_not_clipped(self):
        assert reason(case("VAS", {"q1": 101})) == "out_of_range"

    def test_two_marks_are_for_the_odi_only(self):
        assert reason(case("GAD-7", {"q1": [1, 2]})) == "not_an_integer"

    def test_no_marks_at_all_are_written_null(self):
        assert reason(case("ODI", {"q1": []})) == "no_marks"

    def test_an_unknown_item_is_named_by_its_code_only(self):
        assert reason(case("ODI", {"q11": 1})) == "unknown_item"

    def test_an_unknown_instrument(self):
        assert reason(case("SF-99", {})) == "unknown_instrument"

    def test_a_case_without_version(self):
        assert reason({"instrument": "ODI", "items": {}}) == "version_missing"

    def test_a_misspelt_field(self):
        assert reason(case("ODI", {}) | {"answers": {}}) == "unknown_field"

    @pytest.mark.parametrize(
        ("name", "version"),
        [
            ("ODI", "modified (Fritz & Irrgang)"),
            ("VAS", "0-10 cm"),
            ("RMDQ", "18 items"),
            ("EQ-5D-5L", "EQ-5D-3L"),
            ("EQ-5D-5L", "crosswalk Spain"),
            ("EQ-5D-3L", "5L"),
            ("TSK-11", "TSK-17"),
            ("TSK-11", "13 items"),
            ("TSK-13", "11 items"),
            ("PSEQ", "PSEQ-2"),
            ("PHQ-9", "PHQ-8"),
            ("PCS-13", "SF-36 physical summary"),
            ("SF-36/RAND-36", "SF-36v2"),
            ("SF-36/RAND-36", "SF-12"),
        ],
    )
    def test_a_form_with_other_items_or_units_is_not_scored_as_this_one(self, name, version):
        assert reason(case(name, {}, version=version)) == "version_of_another_instrument"

    def test_pcs_alone_could_mean_two_instruments(self):
        assert reason(case("PCS", {})) == "unknown_instrument"

    @pytest.mark.parametrize(
        "key", [None, [], {"rumination": [1]}, {"rumination": [1], "magnification": [2]}]
    )
    def test_a_key_of_subscales_that_is_not_whole(self, key):
        broken = case("PCS-13", {}, subscales=key)
        assert reason(broken) == "bad_setting"

    def test_a_negative_limit(self):
        assert reason(case("ODI", {}, max_missing=-1)) == "bad_setting"

    def test_not_a_number(self):
        broken = case("DERIVED-RESPONDER", {"baseline": float("nan")}, version="ODI")
        assert reason(broken) == "out_of_range"

    def test_an_error_says_which_item(self):
        with pytest.raises(ScoringError) as refused:
            score(case("ODI", {"q4": 6}))
        assert refused.value.item == "q4"


class TestWhyThereIsNoAnswer:
    """Exports say why an answer is missing; for a score it is missing all the same."""

    @pytest.mark.parametrize("why", ["skipped", "declined", "not_applicable", "not_asked"])
    def test_a_reason_is_no_answer(self, why):
        answers = dict.fromkeys((f"q{n}" for n in range(1, 11)), 2)
        assert score(case("ODI", answers | {"q8": why})) == score(
            case("ODI", answers | {"q8": None})
        )

    def test_any_other_word_is_refused(self):
        assert reason(case("ODI", {"q8": "prefer_not"})) == "not_an_integer"

    def test_in_an_open_question_it_is_what_somebody_wrote(self):
        assert score(case("Brief IPQ", {"q9": "skipped"}))["answered"] == 0


class TestLines:
    def test_a_malformed_line_gets_an_error_on_its_line_and_the_rest_goes_on(self):
        good = json.dumps(case("VAS", {"q1": 40}))
        (first, ok1), (second, ok2), (third, ok3) = score_lines([good, "{oops", good])
        assert [ok1, ok2, ok3] == [True, False, True]
        assert json.loads(second) == {"error": {"code": "not_json", "line": 2}}
        assert json.loads(third)["score_mm"] == 40

    def test_a_key_written_twice_is_not_guessed(self):
        line = '{"instrument": "VAS", "version": "", "items": {"q1": 4, "q1": 5}}'
        [(answer, scored)] = score_lines([line])
        assert (json.loads(answer)["error"]["code"], scored) == ("repeated_key", False)

    @pytest.mark.parametrize("line", ["", "NaN", "[" * 100_000, "9" * 5000])
    def test_what_is_no_json_is_refused(self, line):
        [(answer, scored)] = score_lines([line])
        assert (json.loads(answer)["error"]["code"], scored) == ("not_json", False)

    def test_an_error_repeats_nothing_of_the_answers(self):
        line = json.dumps(case("Brief IPQ", {"q9": "Nombre Apellido", "q1": 99}))
        [(answer, _)] = score_lines([line])
        assert "Nombre" not in answer


class TestResponder:
    def responder(self, before, after, instrument="ODI", **params):
        """Return the result for two scores."""
        items = {"baseline": before, "followup": after}
        return score(case("DERIVED-RESPONDER", items, version=instrument, **params))

    def test_exactly_ten_points_count(self):
        result = self.responder(42, 32, mic_abs=10)
        assert (result["change"], result["responder_abs"]) == (-10.0, True)
        assert (result["pct_improvement"], result["responder_30pct"]) == (23.81, False)

    def test_exactly_thirty_percent_count(self):
        result = self.responder(30, 21)
        assert (result["responder_abs"], result["responder_30pct"]) == (False, True)

    def test_ten_points_count_between_unrounded_scores_too(self):
        assert self.responder(35.1, 25.1)["responder_abs"] is True

    def test_getting_worse_is_no_response(self):
        assert self.responder(30, 50)["responder_abs"] is False

    def test_a_rise_is_the_improvement_where_higher_is_better(self):
        assert self.responder(20, 30, "PSEQ")["responder_abs"] is True

    def test_a_missing_follow_up_stays_unknown(self):
        assert set(self.responder(40, None).values()) == {None}

    def test_nothing_is_a_percentage_of_zero(self):
        result = self.responder(0, 0, "RMDQ")
        assert (result["pct_improvement"], result["responder_30pct"]) == (None, None)

    def test_a_score_outside_the_scale_is_refused(self):
        items = {"baseline": 120, "followup": 100}
        assert reason(case("DERIVED-RESPONDER", items, version="ODI")) == "out_of_range"


class TestAdherence:
    FULL = {
        "logs_completed": 6, "login_days": 18, "live_attended": 6, "live_offered": 6,
        "diary_sessions": 18, "prescribed_sessions": 18,
    }  # fmt: skip

    def adherence(self, **changes):
        """Return the result of full adherence with some counts changed."""
        return score(case("DERIVED-ADHERENCE", self.FULL | changes))

    @pytest.mark.parametrize(
        ("logs", "name"), [(0, "NA"), (1, "IA"), (5, "IA"), (6, "CA"), (None, None)]
    )
    def test_six_logs_are_complete(self, logs, name):
        assert self.adherence(logs_completed=logs)["adherence_class"] == name

    def test_more_than_the_target_is_not_more_than_all(self):
        assert self.adherence(login_days=40)["login_pct"] == 100.0

    def test_a_part_that_was_not_offered_drops_out_of_the_mean(self):
        result = self.adherence(live_offered=0, live_attended=0, diary_sessions=9)
        assert (result["live_pct"], result["composite_equal_weights_pct"]) == (None, 75.0)

    def test_an_unknown_part_leaves_the_mean_unknown(self):
        assert self.adherence(login_days=None)["composite_equal_weights_pct"] is None

    def test_nobody_attends_more_than_was_offered(self):
        broken = case("DERIVED-ADHERENCE", self.FULL | {"live_attended": 7})
        assert reason(broken) == "inconsistent"


def test_a_score_of_no_instrument_is_a_responder_of_nothing():
    assert reason(case("DERIVED-RESPONDER", {}, version="weight")) == "unknown_instrument"
