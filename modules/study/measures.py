"""What a protocol derives from repeated questionnaires: a weekly measure, time to recovery."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from modules.reading.document import STRICT, distinct, shaped
from modules.text import Text

Key = Annotated[
    str,
    Field(max_length=40),
    shaped("[a-z0-9][a-z0-9_-]*", "must be small letters, digits, hyphens and underscores"),
]

WEEK = 7
"""Days."""


class Data(BaseModel):
    """Part of a protocol: no field beyond the named ones, and nobody changes it."""

    model_config = ConfigDict(**STRICT, frozen=True)


class Visit(Data):
    """An assessment visit: target and window in study days; the first day is day 1."""

    key: Key
    title: Text
    target_day: int
    opens_day: int
    closes_day: int
    instruments: tuple[Key, ...] = Field(min_length=1)
    before_start: bool = False
    """Done between enrolment and day 1 (baseline): its window opens at enrolment."""

    @model_validator(mode="after")
    def _window_holds_the_target(self) -> Self:
        if not self.opens_day <= self.target_day <= self.closes_day:
            raise ValueError("the target day lies outside the window")
        return self

    @property
    def week(self) -> int:
        """The study week whose end it measures; 0 for a visit in the first days."""
        return max(self.target_day, 0) // WEEK


class WeeklyMeasure(Data):
    """A short measure asked at the end of these weeks, of every arm alike.

    Each week becomes a visit `week_N` on its last day, so that it has a window, a due list,
    reminders, a form on paper and rows in every export like any other visit.
    """

    instruments: tuple[Key, ...] = Field(min_length=1)
    weeks: Annotated[
        tuple[Annotated[int, Field(ge=1, le=52)], ...], Field(min_length=1), distinct()
    ]
    title: Text = Text("Control de la semana {week}", "Week {week} check")
    opens_days_before: int = Field(default=2, ge=0)
    closes_days_after: int = Field(default=3, ge=0)

    @model_validator(mode="after")
    def _each_week_stands_alone(self) -> Self:
        if self.opens_days_before + self.closes_days_after >= WEEK:
            raise ValueError("the windows of two weeks would overlap")
        return self

    def visits(self) -> tuple[Visit, ...]:
        """Return the visits of these weeks, in order."""
        return tuple(self._visit(week) for week in sorted(self.weeks))

    def _visit(self, week: int) -> Visit:
        last = week * WEEK
        return Visit(
            key=f"week_{week}",
            title=Text(*(part.replace("{week}", str(week)) for part in self._titles())),
            target_day=last,
            opens_day=last - self.opens_days_before,
            closes_day=last + self.closes_days_after,
            instruments=self.instruments,
        )

    def _titles(self) -> tuple[str, str]:
        return self.title.es, self.title.en


class RecoveryRule(Data):
    """A definition of functional recovery: main scores of `confirm` visits in a row that meet it.

    A score meets it at `at_most` or below, or with a fall of `fall_percent` or more from the first
    score; bounds are inclusive. Only for instruments of which lower is better.
    """

    key: Key
    instrument: Key
    at_most: float | None = None
    fall_percent: float | None = Field(default=None, gt=0, le=100)
    confirm: int = Field(default=2, ge=1, le=6)
    source: str = ""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.at_most is None and self.fall_percent is None:
            raise ValueError("needs `at_most` or `fall_percent`")
        return self
