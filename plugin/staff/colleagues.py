"""Colleagues' participants in a trial: who looks after whom, and taking somebody over.

Nothing here tells an arm: a list of names with who is responsible, of both arms alike.
"""

import uuid
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import InvalidEntry, NotFound
from modules.records import queries, summaries
from modules.records.models import ParticipantStatus
from modules.services import care
from plugin import audit, names, paging, reach
from plugin.staff.care_forms import TakeOverForm
from plugin.tool import current_tool
from plugin.trial import allocation


@dataclass(frozen=True)
class Colleagues:
    """A participant whom somebody else looks after; `clinician`: None where nobody does."""

    participant_id: uuid.UUID
    name: str
    code: str
    status: ParticipantStatus
    clinician: str | None


def colleagues_page() -> ResponseReturnValue:
    """Everybody who is allocated and in somebody else's care, nobody's first, then by name."""
    found = _elsewhere()
    return render_template(
        "staff/colleagues.html",
        shown=paging.asked(found, "people"),
        form=TakeOverForm(),
    )


def take_over(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Look after a colleague's participant from now on; the reason is kept."""
    if participant_id not in {each.participant_id for each in _elsewhere()}:
        raise NotFound
    form = TakeOverForm.sent()
    if not form.validate():
        raise InvalidEntry({"reason": "required"})
    by, now = g.person.user_id, current_tool().now()
    care.name_reviewer(g.session, participant_id, by, by, now)
    audit.note("participant.taken_over", participant_id, reason=form.reason.data)
    flash(_("You look after this participant from now on."), "good")
    return redirect(url_for("staff.participant_page", participant_id=participant_id), 303)


def _elsewhere() -> list[Colleagues]:
    """Return whoever is allocated and not within reach. Raises NotFound where nobody is hidden."""
    mine, study_id = reach.mine(), g.person.study.id
    if mine.people is None:
        raise NotFound
    hidden = allocation.who_is_allocated(g.session, study_id).keys() - mine.people
    called = names.of_participants(g.session, study_id)
    reviewers = summaries.reviewers(g.session, study_id)
    team = names.of_team(g.session, reviewers.values())
    found = [
        Colleagues(
            facts.id,
            called[facts.id],
            facts.code,
            facts.status,
            team.get(reviewers[facts.id]) if facts.id in reviewers else None,
        )
        for facts in queries.participants(g.session, study_id)
        if facts.id in hidden
    ]
    return sorted(found, key=lambda one: (one.clinician is not None, one.name.casefold()))
