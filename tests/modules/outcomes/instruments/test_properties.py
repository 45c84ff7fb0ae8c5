"""What must hold for any answers: ranges, order, symmetry, and honesty about what is missing."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import main_score
from modules.outcomes.questionnaire import Kind
from modules.outcomes.scales import result_of, status_of

CERTAINTY = ["too_many_missing", "prorated", "complete"]

SYMMETRIC = ["odi", "rmdq", "gad7", "phq9", "pcats", "pseq", "tsk11", "tsk13", "csq8",
             "satisfaction"]  # fmt: skip

instruments = st.sampled_from(sorted(INSTRUMENTS)).map(INSTRUMENTS.__getitem__)


def codes(item):
    """Return the codes an item takes, in rising order."""
    found = [choice.value for choice in item.choices] or range(item.minimum, item.maximum + 1)
    return sorted(found)


def answer(item, *, missing):
    """Return a strategy for one answer; open questions get none."""
    if item.kind is Kind.TEXT:
        return st.none()
    there = st.sampled_from(codes(item))
    return st.none() | there if missing else there


@st.composite
def filled(draw, *, missing, among=instruments):
    """Draw an instrument with answers."""
    instrument = draw(among)
    answers = {item.key: draw(answer(item, missing=missing)) for item in instrument.items}
    return instrument, answers


@given(filled(missing=False))
def test_a_complete_form_scores_within_its_range(form):
    instrument, answers = form
    low, high = instrument.score_range
    assert low <= main_score(instrument, answers) <= high


@given(filled(missing=True))
def test_a_form_with_gaps_scores_within_its_range_or_not_at_all(form):
    instrument, answers = form
    low, high = instrument.score_range
    value = main_score(instrument, answers)
    assert value is None or low <= value <= high


@given(filled(missing=False), st.data())
def test_a_higher_code_never_moves_the_score_the_wrong_way(form, data):
    instrument, answers = form
    assume(instrument.key != "rand36")  # its summaries weigh some scales negatively
    item = data.draw(st.sampled_from(instrument.scored_items))
    higher = [code for code in codes(item) if code > answers[item.key]]
    assume(higher)
    before = main_score(instrument, answers)
    after = main_score(instrument, {**answers, item.key: data.draw(st.sampled_from(higher))})
    assert after <= before if item.reversed else after >= before


@given(filled(missing=False, among=st.just(INSTRUMENTS["rand36"])), st.data())
def test_a_higher_code_never_moves_a_health_scale_the_wrong_way(form, data):
    instrument, answers = form
    item = data.draw(st.sampled_from(instrument.scored_items))
    higher = [code for code in codes(item) if code > answers[item.key]]
    assume(higher)
    raised = {**answers, item.key: data.draw(st.sampled_from(higher))}
    scale = next(name for name, keys in instrument.subscales.items() if item.key in keys)
    for form_of_scoring in ("rand36", "sf36v1"):
        before = result_of(instrument, answers)[form_of_scoring][scale]
        after = result_of(instrument, raised)[form_of_scoring][scale]
        assert after <= before if item.reversed else after >= before


@given(filled(missing=True, among=st.sampled_from(SYMMETRIC).map(INSTRUMENTS.get)), st.data())
def test_the_order_of_equal_items_does_not_matter(form, data):
    instrument, answers = form
    keys = [item.key for item in instrument.scored_items]
    shuffled = data.draw(st.permutations([answers[key] for key in keys]))
    moved = {**answers, **dict(zip(keys, shuffled, strict=True))}
    assert main_score(instrument, moved) == main_score(instrument, answers)


@settings(max_examples=300)
@given(filled(missing=True), st.data())
def test_one_more_missing_answer_never_makes_the_score_more_certain(form, data):
    instrument, answers = form
    there = [key for key, value in answers.items() if value is not None]
    assume(there)
    fewer = {**answers, data.draw(st.sampled_from(there)): None}

    def certainty(given_answers):
        result = result_of(instrument, given_answers)
        return CERTAINTY.index(status_of(instrument, given_answers, result))

    assert certainty(fewer) <= certainty(answers)


@given(filled(missing=True))
def test_an_empty_form_is_never_a_score(form):
    instrument, answers = form
    empty = dict.fromkeys(answers)
    assert main_score(instrument, empty) is None
    assert status_of(instrument, empty, result_of(instrument, empty)) == "too_many_missing"
