"""One questionnaire being filled at one visit: what is asked, what was answered, where to go on."""

from dataclasses import dataclass

from flask import g, url_for

from modules.errors import AlreadyRecorded, NotFound, StudyLocked, TooLate
from modules.outcomes.asking import Way, asked
from modules.outcomes.questionnaire import Instrument
from modules.records import queries
from modules.records.models import Respondent
from modules.services import assessments as service
from modules.study.schedule import VisitState, VisitStatus
from plugin import outcomes
from plugin.assessment_form import form_for
from plugin.patient.course import ParticipantCourse, current_course
from plugin.patient.forms import REVIEW, AnswersForm


@dataclass(frozen=True)
class OpenAssessment:
    """One questionnaire being filled at one visit."""

    course: ParticipantCourse
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

    def key(self) -> service.AssessmentKey:
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

    def form(self) -> AnswersForm:
        """Return the form with what was answered so far."""
        kept = queries.draft(
            g.session, self.course.participant_id, self.visit.visit.key, self.instrument.key
        )
        return self._form_class()(data=kept)

    def sent(self) -> AnswersForm:
        """Return the form as it was sent."""
        return self._form_class().sent()

    def _form_class(self) -> type[AnswersForm]:
        return form_for(asked(self.instrument, Way.SCREEN), self.language, AnswersForm)

    def address(self, place: int | str | None = None) -> str:
        """Return the address of one question (from 1), of the review, or of where it was left."""
        return url_for(
            "patient.form",
            visit=self.visit.visit.key,
            instrument=self.instrument.key,
            q=place,
        )


def opened(visit_key: str, instrument_key: str) -> OpenAssessment:
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
    assessment = OpenAssessment(course, state, course.instruments[instrument_key])
    outcomes.require_wording(assessment.instrument, assessment.language, course.study, course.today)
    return assessment


def first_open(form: AnswersForm, *, needed_only: bool = False) -> str:
    """Return the place of the first question never settled, or the review when there is none."""
    for place, question in enumerate(form.questions, 1):
        if not question.settled and not (needed_only and question.item.optional):
            return str(place)
    return REVIEW
