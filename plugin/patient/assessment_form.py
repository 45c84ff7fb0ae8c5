"""One questionnaire being filled at one visit: what is asked, what was answered, where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, url_for

from modules.errors import AlreadyRecorded, NotFound, StudyLocked, TooLate
from modules.outcomes.questionnaire import (
    Instrument,
    Item,
    Kind,
    Reason,
)
from modules.records import queries
from modules.records.models import Respondent
from modules.services import assessments as service
from modules.study.schedule import VisitState, VisitStatus
from plugin import outcomes
from plugin.patient.course import Course, current_course

REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Given:
    """What the form shows for one question: the answer or the reason for none, and its fault."""

    value: object = None
    reason: str | None = None
    error: str | None = None

    def marked(self, code: int) -> bool:
        """Whether a choice is ticked."""
        return code in self.value if isinstance(self.value, list | tuple) else code == self.value

    @property
    def settled(self) -> bool:
        """Whether there is an answer or a reason for none."""
        return self.value is not None or self.reason is not None


@dataclass(frozen=True)
class AssessmentForm:
    """One questionnaire being filled at one visit."""

    course: Course
    visit: VisitState
    instrument: Instrument

    @property
    def language(self) -> str:
        """Language of the words shown: `es` or `en`."""
        return "en" if self.course.locale.startswith("en") else "es"

    @property
    def stepwise(self) -> bool:
        """Whether each question has its own screen."""
        return self.instrument.one_per_screen and len(self.instrument.items) > 1

    def sheet(self) -> service.AssessmentKey:
        """Return what is being filled, as the records name it."""
        pack = self.instrument.packs.get(self.language)
        return service.AssessmentKey(
            self.course.participant_id,
            self.visit.visit.key,
            self.instrument.key,
            self.instrument.version,
            self.language,
            f"{pack.language_version} {pack.licence_ref}"[:80] if pack else "own",
            Respondent.SELF,
        )

    def given(self) -> dict[str, Given]:
        """Return what was answered so far, for every item."""
        kept = queries.draft(
            g.session, self.course.participant_id, self.visit.visit.key, self.instrument.key
        )
        return {item.key: _given(item, kept.get(item.key)) for item in self.instrument.items}

    def address(self, place: int | str | None = None) -> str:
        """Return the address of one question (from 1), of the review, or of where it was left."""
        return url_for(
            "patient.form",
            visit=self.visit.visit.key,
            instrument=self.instrument.key,
            q=place,
        )


def opened(visit_key: str, instrument_key: str) -> AssessmentForm:
    """Return the form asked for.

    Raises NotFound, AlreadyRecorded, TooLate, StudyLocked or WordingMissing.
    """
    course = current_course()
    state = next((each for each in course.visits if each.visit.key == visit_key), None)
    if state is None or instrument_key not in state.visit.instruments:
        raise NotFound
    if instrument_key in state.instruments_done:
        raise AlreadyRecorded
    if state.status is VisitStatus.MISSED:
        raise TooLate
    if state.status is not VisitStatus.DUE:
        raise NotFound
    if course.study.locked_at is not None:
        raise StudyLocked
    filling = AssessmentForm(course, state, course.instruments[instrument_key])
    outcomes.require_wording(filling.instrument, filling.language, course.study, course.today)
    return filling


def _given(item: Item, kept: object) -> Given:
    if item.kind is not Kind.TEXT and isinstance(kept, str) and kept in set(Reason):
        return Given(reason=str(kept))
    return Given(value=kept)


def first_open(
    instrument: Instrument, given: Mapping[str, Given], *, needed_only: bool = False
) -> str:
    """Return the place of the first question never settled, or the review when there is none."""
    for place, item in enumerate(instrument.items, 1):
        if not given[item.key].settled and not (needed_only and item.optional):
            return str(place)
    return REVIEW
