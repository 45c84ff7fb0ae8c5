"""The main score of a filled instrument, also of answers that do not fit it."""

from fractions import Fraction

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import MainScore, main_score, scored

ODI = INSTRUMENTS["odi"]
ANSWERS = {item.key: 2 for item in ODI.scored_items}


def test_a_whole_form_has_a_score_a_band_and_its_count():
    assert scored(ODI, ANSWERS) == MainScore(
        Fraction(40), Fraction(40), "moderate", len(ANSWERS), "complete"
    )


def test_a_declined_item_is_not_counted_as_answered():
    first = ODI.scored_items[0].key
    result = scored(ODI, {**ANSWERS, first: None})
    assert (result.answered, result.status) == (len(ANSWERS) - 1, "prorated")


def test_answers_that_do_not_fit_are_unscorable_and_no_error():
    strange = {**ANSWERS, ODI.scored_items[0].key: 99}
    assert scored(ODI, strange) == MainScore(None, None, None, 0, "unscorable")
    assert main_score(ODI, strange) is None
