"""The goals of the demonstration's people, set on their second day and answered when asked."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from modules.records import care_queries
from modules.services import goals
from modules.study import goals as rules
from modules.study.goals import GoalPlan

WORDS = (
    "Cargar a mi nieta sin miedo",
    "Caminar al mercado y volver con la bolsa",
    "Estar sentado toda la misa",
    "Dormir del lado derecho",
    "Volver a bailar cumbia",
)
WITHOUT = 5
"""One of so many people sets none."""
UNANSWERED = 4
"""One of so many people who have some does not answer when asked."""


def live_with(
    session: Session,
    participant_id: uuid.UUID,
    plan: GoalPlan,
    number: int,
    day_one: date,
    today: date,
    at: Callable[[date], datetime],
) -> None:
    """Set one or two goals and answer about them until yesterday; `number` tells people apart."""
    second = day_one + timedelta(days=1)
    if number % WITHOUT == 0 or second >= today:
        return
    for place in range(1 + number % 2):
        words = WORDS[(number + 2 * place) % len(WORDS)]
        goals.set_goal(session, participant_id, words, 2 + number % 3 + place, at(second))
    if number % UNANSWERED == 0:
        return
    for day in (day_one + timedelta(days=n) for n in range((today - day_one).days)):
        _answer(session, participant_id, plan, day_one, day, at(day))


def _answer(
    session: Session,
    participant_id: uuid.UUID,
    plan: GoalPlan,
    day_one: date,
    day: date,
    now: datetime,
) -> None:
    known = care_queries.care_of(session, [participant_id])[participant_id].goals
    asked = rules.due(known, plan, day_one, day)
    better = {goal.id: min(rules.HIGHEST, goal.ratings[-1].value + 2) for goal in asked}
    goals.rate(session, participant_id, plan, better, now)
