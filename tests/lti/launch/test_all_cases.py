"""The table of launch cases is whole: every case has a test that bears its number."""

import re
from pathlib import Path

from tests.lti.cases import EXPECTED

HERE = Path(__file__).parents[1]


def test_every_case_has_a_test() -> None:
    found = {
        int(number)
        for path in HERE.rglob("test_*.py")
        for number in re.findall(r"def test_case_(\d+)_", path.read_text("utf-8"))
    }
    assert found == set(EXPECTED) == set(range(1, 84))
