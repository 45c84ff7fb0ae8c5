"""Anybody can make a revealed list again and hold it against what was published before."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.trial import randomisation, verification
from plugin.trial.verification import NotReadable, RevealedList, differences

RATIO, SIZES, LENGTH = {"one": 1, "two": 1}, [4, 6], 40
PARAMETERS = randomisation.canonical_parameters(RATIO, SIZES, LENGTH)
SEALED_AT = datetime(2026, 9, 1, 12, tzinfo=UTC)


def made(seed=b"s" * 32):
    arms = randomisation.make_list(seed, RATIO, SIZES, LENGTH)
    return RevealedList(seed, PARAMETERS, tuple(arms))


def written(**changes):
    found = json.loads(verification.revealed("lumbar", "NCT00000000", made()))
    return json.dumps({name: value for name, value in (found | changes).items() if value != "-"})


def parameters(**changes):
    return json.dumps(json.loads(PARAMETERS) | changes)


@given(st.binary(min_size=32, max_size=32))
def test_a_list_as_it_was_sealed_contradicts_nothing(seed):
    text = verification.revealed("lumbar", None, made(seed))
    assert differences(made(seed).commitment, verification.read_revealed(text)) == []


@given(st.integers(0, LENGTH - 1))
def test_one_changed_place_is_named(place):
    arms = list(made().arms)
    arms[place] = "two" if arms[place] == "one" else "one"
    changed = dataclasses.replace(made(), arms=tuple(arms))
    problems = differences(made().commitment, changed)
    assert problems[0].startswith(f"place {place + 1} ")
    assert problems[1] == "the published commitment belongs to another list"


def test_a_missing_place_is_noticed():
    short = dataclasses.replace(made(), arms=made().arms[:-1])
    assert "places" in differences(made().commitment, short)[0]


def test_a_whole_other_list_does_not_fit_what_was_published():
    assert differences(made().commitment, made(b"t" * 32)) == [
        "the published commitment belongs to another list"
    ]


def test_without_a_list_seed_and_parameters_make_it():
    assert verification.read_revealed(written(list="-")) == made()


def test_a_statement_holds_the_commitment_and_nothing_of_the_list():
    text = verification.statement("lumbar", None, made().commitment, SEALED_AT, False)
    assert verification.read_commitment(text) == made().commitment
    assert json.loads(text)["issued_before_first_allocation"] is True
    for secret in ("block", "ratio", "one", made().seed.hex()):
        assert f'"{secret}' not in text


def test_the_bare_digits_are_a_commitment_too():
    assert verification.read_commitment(f" {made().commitment.upper()}\n") == made().commitment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "no JSON",
        written(kind="x"),
        written(seed="zz"),
        written(seed=7),
        written(parameters=7),
        written(list="x"),
        written(list=[1]),
        written(list="-", parameters="{}"),
        written(list="-", parameters="[]"),
        written(list="-", parameters=parameters(method="coin")),
        written(list="-", parameters=parameters(block_sizes=[])),
        written(list="-", parameters=parameters(block_sizes=[3])),
        written(list="-", parameters=parameters(ratio={"one": 0, "two": 0})),
        written(list="-", parameters=parameters(ratio=[1])),
        written(list="-", parameters=parameters(length=10**9)),
        written(list="-", parameters=parameters(length=True)),
    ],
)
def test_what_is_no_revealed_list_is_refused_in_words(text):
    with pytest.raises(NotReadable, match=r"\w+ \w+"):
        verification.read_revealed(text)


@pytest.mark.parametrize("text", ["", "abc", "{}", json.dumps({"kind": verification.STATEMENT})])
def test_what_is_no_commitment_is_refused(text):
    with pytest.raises(NotReadable):
        verification.read_commitment(text)
