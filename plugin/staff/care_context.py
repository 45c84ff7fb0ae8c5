"""What every page of the team's loop does first and last: whose it is, who did what."""

import uuid

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from modules.errors import NotFound
from modules.records import queries
from modules.records.queries import CourseRecord
from plugin import names, reach
from plugin.forms import Form
from plugin.trial import allocation


def require_programme(participant_id: uuid.UUID) -> CourseRecord:
    """Return the record of somebody within reach who has a programme. Raises NotFound otherwise."""
    facts = reach.require(participant_id)
    parts = allocation.components_of(g.session, facts.id, g.person.protocol)
    if "programme" not in parts or facts.day_one is None:
        raise NotFound
    return queries.course_record(g.session, participant_id)


def to_participant(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Go on to the page of a participant."""
    return redirect(url_for("staff.participant_page", participant_id=participant_id))


def form_page(
    template: str, participant_id: uuid.UUID, form: Form, **more: object
) -> ResponseReturnValue:
    """Show a form about one participant; 422 when it was wrong."""
    name = names.of_participant(g.session, participant_id)
    facts = queries.participant(g.session, participant_id)
    status = 422 if form.errors else 200
    return render_template(template, form=form, name=name, facts=facts, **more), status
