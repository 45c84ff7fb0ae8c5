"""One visit of one participant: its link and QR code, its forms, and the forms on paper."""

from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.outcomes.questionnaire import Kind
from plugin import i18n, outcomes, printing, visit_links
from plugin.tool import current_tool
from plugin.visits import due

WIDEST_ROW_OF_BOXES = 11
"""A rating of at most so many steps is printed as boxes to tick, a wider one as a line."""


def visit(participant_id: UUID, visit_key: str) -> ResponseReturnValue:
    """One visit: what is open, its link and QR code, and the forms on paper."""
    one, answers = due.one_of(participant_id)
    state = due.state_of(one, visit_key)
    tool = current_tool()
    link = visit_links.link_of(g.session, tool, g.person.course_id, visit_key)
    return render_template(
        "visits/visit.html",
        one=one,
        state=state,
        open_now=state.status in due.OPEN and not due.is_locked(),
        locked=due.is_locked(),
        entries={each.instrument: each for each in answers if each.visit == visit_key},
        forms=[due.form_of(participant_id, visit_key, key) for key in state.visit.instruments],
        link=link,
        qr=visit_links.qr_code(link, _("QR code of this visit")),
        missing=due.missing_wordings(),
        ending=(),
    )


def paper(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The questionnaire on paper, to be filled by hand. Raises WordingMissing, TooManyDrawn."""
    this = due.form_of(participant_id, visit_key, instrument_key)
    outcomes.require_wording(this.instrument, i18n.language(), g.person.study, due.today())
    tool = current_tool()
    link = visit_links.link_of(g.session, tool, g.person.course_id, visit_key)
    page = render_template(
        "visits/paper.html",
        this=this,
        language=i18n.language(),
        clinic=tool.settings.clinic_name,
        link=link,
        qr=visit_links.qr_code(link, _("QR code of this visit")),
        ticks=any(item.kind is Kind.TICK for item in this.instrument.items),
        widest=WIDEST_ROW_OF_BOXES,
    )
    name = f"{this.instrument.key}_{this.visit.key}_{this.one.facts.code}.pdf"
    return printing.answer(page, name)


def waiting() -> ResponseReturnValue:
    """What the visits still need: second entries to settle, wordings to load."""
    tool = current_tool()
    codes = {one.facts.id: one.facts.code for one in due.everybody()}
    checks = [] if due.is_assessor() else due.checks()
    return render_template(
        "visits/checks.html",
        checks=[each for each in checks if each.participant_id in codes],
        codes=codes,
        instruments=tool.instruments,
        missing=due.missing_wordings(),
        ending=due.ending_wordings(),
    )
