"""Tables of numbered cases, printed at the end of a run: what is expected of each, what was got.

A test belongs to case N by its name: `test_case_N_…`, `test_cases_N_and_M_…`, `test_case_N_to_M_…`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

SEEN = "seen"
_NUMBERS = re.compile(r"test_cases?_(\d+)((?:_(?:and|to)_\d+)*)")


def cases_of(name: str) -> list[int]:
    """Return the cases a test belongs to, by its name."""
    found = _NUMBERS.search(name)
    if found is None:
        return []
    numbers = [int(found[1])]
    for link, number in re.findall(r"_(and|to)_(\d+)", found[2]):
        numbers += range(numbers[-1] + 1, int(number) + 1) if link == "to" else [int(number)]
    return numbers


@dataclass
class Row:
    """What the tests of one case came to."""

    tests: int = 0
    failed: int = 0
    seen: list[str] = field(default_factory=list)


@dataclass
class Table:
    """The rows of one run. `within`: the folders whose tests count; `all_of_them`: whether cases
    without any test are listed too."""

    expected: Mapping[int, str]
    within: tuple[str, ...]
    all_of_them: bool = False
    rows: dict[int, Row] = field(default_factory=dict)

    def add(self, report: pytest.TestReport) -> None:
        """Take in what a test came to."""
        counts = report.when == "call" or not report.passed
        if not counts or not report.nodeid.startswith(self.within):
            return
        for number in cases_of(report.nodeid):
            row = self.rows.setdefault(number, Row())
            row.tests += report.when == "call"
            row.failed += report.failed
            row.seen += [str(value) for name, value in report.user_properties if name == SEEN]

    def lines(self) -> Iterable[str]:
        """Yield the table: case, expected, got."""
        if not self.rows:
            return
        for number in self.expected if self.all_of_them else sorted(self.rows):
            yield self._line(number, self.rows.get(number))
        good = sum(not row.failed for row in self.rows.values())
        yield f"{good} of {len(self.expected)} cases behave as expected"

    def _line(self, number: int, row: Row | None) -> str:
        verdict = "-" if row is None else "FAILED" if row.failed else "ok"
        got = "no test"
        if row is not None:
            got = ", ".join(dict.fromkeys(row.seen)) or f"as expected in {row.tests} tests"
        return f"{number:>3}  {self.expected[number]:<58}  {verdict:<6}  {got}"
