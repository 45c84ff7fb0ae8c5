"""Which assessment visit falls when, and how its window stands today. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from modules.study.days import date_of
from modules.study.protocol import Protocol, Visit
from modules.text import LabelledEnum


class VisitStatus(LabelledEnum):
    """How a visit stands on a given day."""

    UPCOMING = "upcoming", "más adelante", "later"
    DUE = "due", "abierta ahora", "open now"
    DONE = "done", "hecha", "done"
    MISSED = "missed", "plazo cerrado", "window closed"


@dataclass(frozen=True, slots=True)
class VisitState:
    """One visit of one participant. Dates are local; None while day 1 is not known."""

    visit: Visit
    status: VisitStatus
    opens_on: date | None
    target_on: date | None
    closes_on: date | None
    instruments_done: frozenset[str]
    late: bool
    """Completed after its window had closed."""

    @property
    def instruments_left(self) -> tuple[str, ...]:
        """The instruments still to be filled, in the protocol's order."""
        return tuple(key for key in self.visit.instruments if key not in self.instruments_done)

    def blinded(self) -> "VisitState":
        """Return the state as a blinded role may know it.

        Calendar days give the order of allocation away, lateness how somebody is treated.
        """
        return replace(self, opens_on=None, target_on=None, closes_on=None, late=False)


def state_of(
    visit: Visit,
    done: Collection[str],
    last_done_on: date | None,
    enrolled_on: date,
    day_one: date | None,
    today: date,
) -> VisitState:
    """Return the state of one visit. `done`: keys of the instruments completed at it."""
    complete = frozenset(done) & frozenset(visit.instruments)
    opens, target, closes = _window(visit, enrolled_on, day_one)
    late = bool(complete and closes and last_done_on and last_done_on > closes)
    if len(complete) == len(visit.instruments):
        status = VisitStatus.DONE
    elif opens is None or today < opens:
        status = VisitStatus.UPCOMING
    elif closes is not None and today > closes:
        status = VisitStatus.MISSED
    else:
        status = VisitStatus.DUE
    return VisitState(visit, status, opens, target, closes, complete, late)


def _window(
    visit: Visit, enrolled_on: date, day_one: date | None
) -> tuple[date | None, date | None, date | None]:
    if visit.before_start and day_one is None:
        # Before day 1 is known, a baseline visit is open from enrolment on.
        return enrolled_on, None, None
    if day_one is None:
        return None, None, None
    opens = date_of(visit.opens_day, day_one)
    if visit.before_start:
        opens = min(opens, enrolled_on)
    return opens, date_of(visit.target_day, day_one), date_of(visit.closes_day, day_one)


def baseline_visit(protocol: Protocol, instrument: str) -> str | None:
    """Return the key of the first visit before day 1 that asks an instrument; None without one."""
    return next(
        (
            visit.key
            for visit in protocol.visits
            if visit.before_start and instrument in visit.instruments
        ),
        None,
    )


def in_window(visit: Visit, study_day_number: int) -> bool:
    """Return whether a study day lies in the visit's window, both bounds included."""
    return visit.opens_day <= study_day_number <= visit.closes_day


def due(states: Sequence[VisitState]) -> list[VisitState]:
    """Return the visits to be done now, the one closing first at the front."""
    waiting = [state for state in states if state.status is VisitStatus.DUE]
    return sorted(waiting, key=lambda state: (state.closes_on or date.max, state.visit.target_day))
