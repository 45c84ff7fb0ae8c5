"""Alerts of a questionnaire, raised the moment it is saved."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.outcomes import derived
from modules.outcomes.main_score import main_score
from modules.outcomes.questionnaire import Instrument, safety_flags, safety_questions
from modules.records.models import Assessment
from modules.safety import rules as safety_rules
from modules.safety.triggers import Trigger
from modules.services import alerts


def raise_alerts(
    session: Session,
    row: Assessment,
    instrument: Instrument,
    now: datetime,
    answers: Mapping[str, object] | None = None,
) -> tuple[Trigger, ...]:
    """Raise the alerts of a completed form and return their triggers; all its revisions share one.

    An answer that must be seen fires whether or not a total can be computed; worsening is measured
    against the participant's first score of the same questionnaire. A question that was left out
    although silence is no reassurance becomes a task to ask. `answers`: a second reading of the
    same form, instead of the row's own.
    """
    said = row.answers if answers is None else answers
    found = triggers(instrument, said, _baseline(session, row, instrument))
    alerts.raise_all(session, row.participant_id, found, _first_revision(session, row), now)
    return found


def raise_alerts_of_draft(
    session: Session, row: Assessment, instrument: Instrument, now: datetime
) -> tuple[Trigger, ...]:
    """Raise the alert of an answer that must be seen, in a form that is still being filled.

    Only what was said counts here: scores and questions left out are looked at when it is sent.
    """
    clean = {item.key: row.answers.get(item.key) for item in instrument.items}
    found = tuple(safety_rules.of_assessment(instrument.key, _flags(instrument, clean), None, None))
    alerts.raise_all(session, row.participant_id, found, _first_revision(session, row), now)
    return found


def _flags(instrument: Instrument, clean: Mapping[str, object]) -> list[str]:
    return safety_flags(instrument, clean)  # type: ignore[arg-type]


def triggers(
    instrument: Instrument, answers: Mapping[str, object], baseline: Fraction | None
) -> tuple[Trigger, ...]:
    """Return the triggers of these answers; `baseline` is the first main score, None without."""
    clean = {item.key: answers.get(item.key) for item in instrument.items}
    score = main_score(instrument, answers)
    found = safety_rules.of_assessment(instrument.key, _flags(instrument, clean), score, baseline)
    if Trigger.FUNCTION_WORSE not in found and derived.worsened(instrument, baseline, score):
        found.append(Trigger.FUNCTION_WORSE)
    if safety_questions(instrument, clean):  # type: ignore[arg-type]
        found.append(Trigger.SUICIDAL_IDEATION_UNANSWERED)
    return tuple(found)


def _baseline(session: Session, row: Assessment, instrument: Instrument) -> Fraction | None:
    """Return the main score of the first visit before this one, in its newest revision."""
    earlier = session.scalars(
        select(Assessment)
        .where(
            Assessment.participant_id == row.participant_id,
            Assessment.instrument == row.instrument,
            Assessment.visit != row.visit,
            Assessment.completed_on <= row.completed_on,
        )
        .order_by(Assessment.completed_on, Assessment.visit, Assessment.revision.desc())
    )
    first = earlier.first()
    return None if first is None else main_score(instrument, first.answers)


def _first_revision(session: Session, row: Assessment) -> uuid.UUID:
    """Return the key of the form's first revision: a correction does not alarm a second time."""
    found = session.scalar(
        select(Assessment.id).where(
            Assessment.participant_id == row.participant_id,
            Assessment.visit == row.visit,
            Assessment.instrument == row.instrument,
            Assessment.revision == 1,
        )
    )
    return found or row.id
