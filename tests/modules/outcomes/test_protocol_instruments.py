"""A protocol and its questionnaires: the period they ask about, and what does not fit."""

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.protocol_instruments import as_asked, misfits
from modules.study import protocol
from modules.study.measures import RecoveryRule

TRIAL = protocol.load()["imss-nct07248813"]


def asking(key, **changes):
    """The trial with another questionnaire at its first visit."""
    first = TRIAL.visits[0].model_copy(update={"instruments": (key,)})
    return TRIAL.model_copy(update={"visits": (first, *TRIAL.visits[1:]), **changes})


class TestRecall:
    @pytest.mark.parametrize(
        ("period", "words"), [("P7D", "The last week"), ("P14D", "The last two weeks")]
    )
    def test_the_ratings_ask_about_one_week_or_two(self, period, words):
        asked = as_asked(asking("nrs", recall={"nrs": period}), INSTRUMENTS)

        assert asked["nrs"].recall.en == words
        assert asked["odi"] == INSTRUMENTS["odi"]

    def test_what_is_not_chosen_stays(self):
        assert as_asked(TRIAL, INSTRUMENTS) == INSTRUMENTS

    def test_the_score_does_not_depend_on_it(self):
        asked = as_asked(asking("nrs", recall={"nrs": "P14D"}), INSTRUMENTS)

        assert asked["nrs"].score is INSTRUMENTS["nrs"].score


class TestFit:
    @pytest.mark.parametrize("key", protocol.load())
    def test_the_shipped_ones_fit(self, key):
        assert list(misfits(protocol.load()[key], INSTRUMENTS)) == []

    @pytest.mark.parametrize(
        ("wrong", "place"),
        [
            (asking("sf99"), ("visits", "baseline", "instruments", 0)),
            (asking("nrs", recall={"nrs": "P1Y"}), ("recall", "nrs")),
            (asking("odi", recall={"odi": "P7D"}), ("recall", "odi")),
            (
                asking("pseq", recovery=(RecoveryRule(key="r", instrument="pseq", at_most=40),)),
                ("recovery", "r", "instrument"),
            ),
        ],
    )
    def test_another_is_refused_by_place_and_reason(self, wrong, place):
        ((where, reason),) = misfits(wrong, INSTRUMENTS)

        assert where == place
        assert len(reason) > 5
