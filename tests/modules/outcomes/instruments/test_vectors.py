"""The worked cases of the reference file, through the Python API and line by line."""

import json
from pathlib import Path

import pytest

from modules.outcomes.scoring import score, score_lines

FILE = Path(__file__).parents[4] / "../shared/data/instrument_vectors.json"
CASES = json.loads(FILE.read_text("utf-8")) if FILE.exists() else []

needs_file = pytest.mark.skipif(not CASES, reason=f"no reference cases at {FILE}")


def as_written(value):
    """Return JSON text, so that 20 and 20.0 are told apart."""
    return json.dumps(value, sort_keys=True)


@needs_file
@pytest.mark.parametrize(
    "case", CASES, ids=[f"{number}-{case['instrument']}" for number, case in enumerate(CASES)]
)
def test_a_reference_case_scores_exactly_as_written(case):
    assert as_written(score(case)) == as_written(case["expected"])


@needs_file
def test_all_reference_cases_pass_line_by_line():
    answers = list(score_lines(json.dumps(case) for case in CASES))
    assert all(scored for _, scored in answers)
    assert [json.loads(line) for line, _ in answers] == [case["expected"] for case in CASES]


@needs_file
def test_the_reference_file_is_the_one_the_rules_were_written_for():
    assert len(CASES) == 90
