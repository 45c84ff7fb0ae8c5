"""The welcome: what this is, what it asks of this arm, who reads what is written, reminders."""

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from modules.course.welcome import told
from modules.services import course as course_service
from plugin import audit
from plugin.patient import messages
from plugin.patient.course import current_course


def welcome() -> str:
    """Show it; nothing of it needs to be done at once."""
    course = current_course()
    text, has = course.curriculum.welcome, course.components
    return render_template(
        "patient/welcome.html",
        course=course,
        about=told(text.about, has),
        asks=told(text.asks, has),
        readers=told(text.privacy.readers, has),
        others=told(text.privacy.others, has),
        rights=told(text.privacy.rights, has),
        **messages.reminder_choice(course, messages.reminder_form()()),
    )


def read_notice() -> Response:
    """Keep which version of the privacy notice was read. Raises StudyLocked."""
    course = current_course()
    version = course.curriculum.welcome.privacy.version
    if course_service.note_notice(g.session, course.participant_id, version):
        audit.note("notice.read", course.participant_id, version=version)
    return redirect(url_for("patient.home"), 303)
