"""How much of an exercise: numbers with units, and the short sentence a patient reads.

Pure: a prescription changes a dose with `dataclasses.replace` and gets the right words again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

SECONDS_FOR_ONE_REPETITION = 4
"""Time to move there and back, hold not counted."""
LONG_HOLD_S = 10
"""From here on a hold is long enough to want its rest before the next one."""

SHORTEST_IN_MINUTES_S = 120
"""From here on a stretch of time of whole minutes is spoken of, prescribed and noted in minutes."""


def _english(locale: str) -> bool:
    return locale.lower().startswith("en")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _duration(seconds: int, locale: str) -> str:
    """Return `2 minutos`, `1 minute` or `45 segundos`."""
    if seconds % 60 == 0:
        one, many = ("minute", "minutes") if _english(locale) else ("minuto", "minutos")
        return _count(seconds // 60, one, many)
    one, many = ("second", "seconds") if _english(locale) else ("segundo", "segundos")
    return _count(seconds, one, many)


def _in_minutes(seconds: int) -> bool:
    return seconds >= SHORTEST_IN_MINUTES_S and seconds % 60 == 0


def _short_duration(seconds: int) -> str:
    """Return `15 s`, or `2 min` from two whole minutes on."""
    return f"{seconds // 60} min" if _in_minutes(seconds) else f"{seconds} s"


@dataclass(frozen=True, slots=True)
class Times:
    """How often in a day: from `low` to `high` times (equal when the number is fixed)."""

    low: int = 1
    high: int = 1

    def phrase(self, locale: str) -> str:
        """Return `2 veces al día`, `1 a 3 veces al día`, `once a day`, `1 to 3 times a day`."""
        if self.low != self.high:
            return (
                f"{self.low} to {self.high} times a day"
                if _english(locale)
                else f"{self.low} a {self.high} veces al día"
            )
        if _english(locale):
            spoken = {1: "once", 2: "twice"}.get(self.low, f"{self.low} times")
            return f"{spoken} a day"
        return f"{_count(self.low, 'vez', 'veces')} al día"


def _times(written: object) -> Times:
    """Read `2` or `1-3`."""
    low, _, high = str(written).partition("-")
    if low.isdecimal() and (high or low).isdecimal() and 1 <= int(low) <= int(high or low) <= 24:
        return Times(int(low), int(high or low))
    raise ValueError("must be a number of times or a range such as 1-3")


@dataclass(frozen=True, slots=True)
class Dose:
    """The dose of one exercise, as `exercises.yaml` states it or as a prescription changes it.

    `hold_s`, `rest_s`, `tense_s`, `release_s` are seconds; `minutes` is the length of one sitting
    of a timed exercise (breathing, relaxation) and then sets and repetitions are not spoken;
    `freq_per_week` is days in a week (1-7); `per_side` means each side does all repetitions.
    """

    sets: Annotated[int, Field(ge=1, le=20)]
    reps: Annotated[int, Field(ge=1, le=100)]
    freq_per_week: Annotated[int, Field(ge=1, le=7)]
    hold_s: Annotated[int, Field(ge=0, le=7200)] = 0
    rest_s: Annotated[int, Field(ge=0, le=600)] = 0
    per_side: bool = False
    sessions_per_day: Annotated[Times, BeforeValidator(_times)] = Times()
    minutes: Annotated[int, Field(ge=1, le=120)] | None = None
    tense_s: Annotated[int, Field(ge=1, le=60)] | None = None
    release_s: Annotated[int, Field(ge=1, le=120)] | None = None

    def summary(self, locale: str) -> str:
        """Return the dose of one day in words: `3 series de 10, mantén 5 s`."""
        parts = [self._amount(locale)]
        if self._is_held():
            verb = "hold" if _english(locale) else "mantén"
            parts.append(f"{verb} {_short_duration(self.hold_s)}")
        if self.sessions_per_day != Times():
            parts.append(self.sessions_per_day.phrase(locale))
        return ", ".join(parts)

    def figures(self) -> str:
        """Return the dose for large figures: `3 × 10`, `4 × 15 s` or `5 min`; no language."""
        if self.minutes is not None:
            return f"{self.minutes} min"
        if self.reps == 1 and self.hold_s:
            held = _short_duration(self.hold_s)
            return held if self.sets == 1 else f"{self.sets} × {held}"
        return f"{self.sets} × {self.reps}"

    def frequency(self, locale: str) -> str:
        """Return how many days a week: `3 días por semana`, `every day`."""
        if self.freq_per_week == 7:
            return "every day" if _english(locale) else "todos los días"
        if _english(locale):
            return f"{_count(self.freq_per_week, 'day', 'days')} a week"
        return f"{_count(self.freq_per_week, 'día', 'días')} por semana"

    def estimated_seconds(self) -> int:
        """Return how long one sitting takes with its rests; finding one's place not counted."""
        if self.minutes is not None:
            return self.minutes * 60
        once = self.hold_s if self.is_one_stretch_of_time() else self._repetition_seconds()
        rests = self.sides * (self.reps - 1) if self.rests_after_holds() else self.sets - 1
        return self.sets * self.reps * self.sides * once + rests * self.rest_s

    @property
    def sides(self) -> int:
        """How many sides do all repetitions: 1 or 2; time alone has no sides."""
        return 2 if self.per_side and self.minutes is None else 1

    def is_one_stretch_of_time(self) -> bool:
        """Walking for 600 s is not one repetition held for 600 s: the time itself is the dose."""
        return self.sets == 1 and self.reps == 1 and self.hold_s > 0

    def rests_after_holds(self) -> bool:
        """Whether the rest lies between long holds: in a single set it has no other place."""
        return self.sets == 1 and self.reps > 1 and self.hold_s >= LONG_HOLD_S

    def stretch_minutes(self) -> int | None:
        """Return the minutes of one long stretch of time, such as a walk; None of other doses."""
        long = self.minutes is None and _in_minutes(self.hold_s)
        return self.hold_s // 60 if long and self.is_one_stretch_of_time() else None

    def with_numbers(self, numbers: Mapping[str, int]) -> "Dose":
        """Return the dose with other numbers; `minutes` of a stretch of time are how long it is."""
        changed: dict[str, Any] = dict(numbers)
        if self.minutes is None and "minutes" in changed:
            changed["hold_s"] = changed.pop("minutes") * 60
        return replace(self, **changed)

    def _repetition_seconds(self) -> int:
        return self.hold_s + SECONDS_FOR_ONE_REPETITION

    def _is_held(self) -> bool:
        return self.minutes is None and self.hold_s > 0 and not self.is_one_stretch_of_time()

    def _amount(self, locale: str) -> str:
        if self.minutes is not None:
            return _duration(self.minutes * 60, locale)
        side = (" each side" if _english(locale) else " por lado") if self.per_side else ""
        if self.is_one_stretch_of_time():
            return _duration(self.hold_s, locale) + side
        return self._repetitions(locale) + side

    def _repetitions(self, locale: str) -> str:
        if _english(locale):
            if self.reps == 1:
                return {1: "once", 2: "twice"}.get(self.sets, f"{self.sets} times")
            return f"{_count(self.sets, 'set', 'sets')} of {self.reps}"
        if self.reps == 1:
            return _count(self.sets, "vez", "veces")
        return f"{_count(self.sets, 'serie', 'series')} de {self.reps}"
