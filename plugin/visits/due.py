"""What the pages of a visit read: coded participants and the state of their visits.

Made from `modules.records.queries` and `visit_summaries` alone: no name, no number, no arm is
within reach.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import g

from modules.errors import NoLongerBlind, NotFound
from modules.outcomes.protocol_instruments import as_asked
from modules.outcomes.questionnaire import Instrument
from modules.records import queries, visit_summaries
from modules.records.models import ParticipantStatus
from modules.records.queries import AssessmentFacts, Done, ParticipantFacts
from modules.services import blinding, double_entry
from modules.services.double_entry import Check
from modules.study import days
from modules.study.protocol import Visit
from modules.study.schedule import VisitState, VisitStatus
from plugin import i18n, outcomes
from plugin.models import Role
from plugin.outcomes import Missing
from plugin.tool import current_tool

OPEN = (VisitStatus.DUE, VisitStatus.MISSED)
"""A visit that was missed may still be entered; it is marked late."""


@dataclass(frozen=True)
class CodedParticipant:
    """One participant by code, with all visits; for an assessor these hold no calendar day."""

    facts: ParticipantFacts
    states: tuple[VisitState, ...]
    study_day: int | None
    """The study day it is today; None while day 1 is not known."""

    @property
    def due(self) -> tuple[VisitState, ...]:
        """The visits open now."""
        return tuple(state for state in self.states if state.status is VisitStatus.DUE)


@dataclass(frozen=True)
class VisitForm:
    """One questionnaire at one visit of one participant."""

    one: CodedParticipant
    state: VisitState
    instrument: Instrument

    @property
    def visit(self) -> Visit:
        """The visit as the protocol has it."""
        return self.state.visit

    @property
    def participant_id(self) -> uuid.UUID:
        """Key of the participant."""
        return self.one.facts.id

    @property
    def asked(self) -> Instrument:
        """The questionnaire as this person may ask and read it."""
        return self.instrument.blinded() if is_assessor() else self.instrument

    @property
    def done(self) -> bool:
        """Whether it has been completed."""
        return self.instrument.key in self.state.instruments_done

    @property
    def may_be_shown(self) -> bool:
        """Whether its wording may be put before the participant, read out or printed."""
        return self.may_be_shown_in(i18n.language())

    def may_be_shown_in(self, language: str) -> bool:
        """Whether its wording in one language may be put before the participant."""
        return outcomes.may_be_shown(self.instrument, language, g.person.study, today())


def everybody() -> list[CodedParticipant]:
    """Return all participants of the study who have not left it, by code.

    For an assessor without those of whom they know what they receive.
    """
    study_id, known = g.person.study.id, _known()
    done = visit_summaries.completed(g.session, study_id)
    return [
        coded(facts, done.get(facts.id, ()))
        for facts in visit_summaries.people(g.session, study_id)
        if facts.status is not ParticipantStatus.WITHDRAWN and facts.id not in known
    ]


def _known() -> frozenset[uuid.UUID]:
    """Return of whom this assessor has learned what they receive: somebody else assesses them."""
    return blinding.known_to(g.session, g.person.accounts) if is_assessor() else frozenset()


def coded(facts: ParticipantFacts, answers: Iterable[Done]) -> CodedParticipant:
    """Return a participant with the state of all visits today."""
    day = days.today_for(current_tool().now(), facts.time_zone)
    states = queries.visit_states(g.person.protocol, facts, answers, day)
    return CodedParticipant(
        facts,
        tuple(state.blinded() if is_assessor() else state for state in states),
        days.study_day(day, facts.day_one) if facts.day_one else None,
    )


def one_of(participant_id: uuid.UUID) -> tuple[CodedParticipant, list[AssessmentFacts]]:
    """Return one participant of the study with the completed forms.

    Raises NotFound, and NoLongerBlind for an assessor who knows what they receive.
    """
    facts = queries.participant(g.session, participant_id)
    if facts.study_id != g.person.study.id:
        raise NotFound
    if facts.id in _known():
        raise NoLongerBlind
    answers = queries.assessments(g.session, facts.study_id, [participant_id])
    return coded(facts, answers), answers


def state_of(one: CodedParticipant, visit_key: str) -> VisitState:
    """Return one visit of a participant. Raises NotFound."""
    found = next((state for state in one.states if state.visit.key == visit_key), None)
    if found is None:
        raise NotFound
    return found


def form_of(participant_id: uuid.UUID, visit_key: str, instrument_key: str) -> VisitForm:
    """Return one questionnaire at one visit. Raises NotFound."""
    one, _answers = one_of(participant_id)
    state = state_of(one, visit_key)
    if instrument_key not in state.visit.instruments:
        raise NotFound
    asked = as_asked(g.person.protocol, current_tool().instruments)
    return VisitForm(one, state, asked[instrument_key])


def is_locked() -> bool:
    """Whether the outcomes of the study are closed: nothing is added or corrected any more."""
    return g.person.study.locked_at is not None


def shows_scores(one: CodedParticipant) -> bool:
    """Whether an assessor may see the scores of a participant.

    Unless the protocol says otherwise not while an answer is still to come: what was measured
    before leads whoever asks again.
    """
    asked_all = not any(state.instruments_left for state in one.states)
    return bool(g.person.protocol.earlier_scores_shown) or asked_all or is_locked()


def is_assessor() -> bool:
    """Whether the page is an assessor's, who is blinded; else it is the clinic's staff's."""
    return bool(g.person.role is Role.ASSESSOR)


def may_assess() -> bool:
    """Whether this person may ask questions and correct answers.

    Where assessors are blinded, staff, who see the arms, only copy what stands on paper.
    """
    return is_assessor() or "assessor" not in g.person.protocol.blinded_roles


def today() -> date:
    """Return the calendar day it is at the clinic."""
    return days.today_for(current_tool().now(), g.person.protocol.time_zone)


def missing_wordings() -> list[Missing]:
    """Return the questionnaires of the study patients cannot be asked, by language."""
    person, instruments = g.person, current_tool().instruments
    return outcomes.missing_wordings(person.protocol, instruments, person.study, today())


def ending_wordings() -> list[Missing]:
    """Return the questionnaires of the study whose licence ends soon."""
    return outcomes.ending_wordings(g.person.protocol, current_tool().instruments, today())


def checks() -> list[Check]:
    """Return the second entries of the study, by the participants' random codes."""
    return double_entry.checks_of_study(g.session, g.person.study.id, current_tool().instruments)
