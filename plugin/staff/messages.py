"""Messages of the team: one prepared message to several participants, and taking a reply back.

A message is a reply like any other: it is found in the course, and whether a reminder tells of it
is decided where all reminders are (agreement, hours, limits).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from modules.errors import AlreadyRecorded, InvalidEntry
from modules.records import pages, queries
from modules.records.models import ParticipantStatus
from modules.records.queries import ParticipantFacts
from modules.services import care
from modules.text import LANGUAGES
from notifications import consent
from notifications.kinds import reply_waiting
from plugin import audit, i18n, names, reach, reminders, web
from plugin.filters import label
from plugin.forms import options
from plugin.staff import care_context
from plugin.staff.care_forms import MessageForm
from plugin.tool import current_tool
from plugin.trial import allocation

NEEDED = frozenset({"programme", "diary"})
"""What an arm must consist of for its participants to have messages of the team."""


@dataclass(frozen=True)
class Chosen:
    """Whom a message may go to, and who of those chosen has no messages in the course."""

    reached: Mapping[uuid.UUID, str]
    left_out: tuple[str, ...]


@web.only_asks
def write() -> ResponseReturnValue:
    """Write one message to those chosen, then see what each of them will read; nothing is sent."""
    form, chosen = _form()
    if form.action.data != "preview":
        return _page(form, chosen)
    return _preview(form, chosen) if form.is_ready() else (_page(form, chosen), 422)


def send() -> ResponseReturnValue:
    """Send the message that was previewed to everybody chosen, once."""
    form, chosen = _form()
    if not form.is_ready():
        return _page(form, chosen), 422
    for key in form.people.data:
        _send_to(uuid.UUID(key), form)
    number = len(form.people.data)
    words = ngettext(
        "The message was sent to %(num)d participant.",
        "The message was sent to %(num)d participants.",
        number,
    )
    flash(words, "good")
    return redirect(url_for("staff.overview"), 303)


def _send_to(participant_id: uuid.UUID, form: MessageForm) -> None:
    tool, template = current_tool(), form.template.data or None
    # The same form sent twice is one message to each.
    key = uuid.uuid5(_key(form), participant_id.hex)
    sent = care.Reply(template, form.words.data or "", None, key)
    care.reply(g.session, participant_id, sent, tool.curriculum, g.person.user_id, tool.now())
    audit.note("message.sent", participant_id, **({"template": template} if template else {}))


def _key(form: MessageForm) -> uuid.UUID:
    try:
        return uuid.UUID(form.client_key.data)
    except ValueError as error:
        raise InvalidEntry({"client_key": "unknown"}) from error


def take_back(participant_id: uuid.UUID, reply_id: uuid.UUID) -> ResponseReturnValue:
    """Take a reply back that nobody has read, and offer its words for another one."""
    care_context.require_programme(participant_id)
    now = current_tool().now()
    try:
        care.take_back(g.session, participant_id, reply_id, now)
    except AlreadyRecorded:
        flash(_("It has been read already, so it stays."), "care")
        return redirect(url_for("care.review_page", participant_id=participant_id), 303)
    reminders.reply_settled(g.session, participant_id, reply_id, now)
    audit.note("reply.taken_back", participant_id)
    flash(_("Taken back: it is no longer in the course. You can change it and send it again."))
    page = url_for("care.review_page", participant_id=participant_id, again=reply_id)
    return redirect(page, 303)


def _form() -> tuple[MessageForm, Chosen]:
    """Return the form as it was sent, and what is known of those chosen in it."""
    form = MessageForm.sent()
    chosen = _chosen(form.people.data or [])
    form.people.choices = options((str(key), name) for key, name in chosen.reached.items())
    form.people.data = [str(key) for key in chosen.reached]
    language = i18n.language()
    replies = current_tool().curriculum.replies
    form.template.choices = options(
        [("", _("None")), *((each.key, each.text.get(language)) for each in replies)]
    )
    form.template.data = form.template.data or ""
    form.client_key.data = form.client_key.data or str(uuid.uuid4())
    return form, chosen


def _chosen(keys: list[str]) -> Chosen:
    """Return those chosen by name. Raises InvalidEntry for what is no key, or too many of them."""
    try:
        wanted = {uuid.UUID(key) for key in keys}
    except ValueError as error:
        raise InvalidEntry({"people": "unknown"}) from error
    if len(wanted) > pages.PAGE:
        raise InvalidEntry({"people": "out_of_range"})
    mine = reach.mine()
    found = [
        facts
        for facts in queries.participants(g.session, g.person.study.id, wanted)
        if facts.id in mine
    ]
    parts = allocation.components_of_page(
        g.session, [facts.id for facts in found], g.person.protocol
    )
    called = names.of_participants(g.session, g.person.study.id)
    ordered = sorted(found, key=lambda facts: called[facts.id].casefold())
    there = [facts.id for facts in ordered if _has_messages(facts, parts[facts.id])]
    return Chosen(
        {key: called[key] for key in there},
        tuple(called[facts.id] for facts in ordered if facts.id not in there),
    )


def _has_messages(facts: ParticipantFacts, parts: frozenset[str]) -> bool:
    active = facts.status is ParticipantStatus.ACTIVE and facts.day_one is not None
    return active and parts >= NEEDED


def _page(form: MessageForm, chosen: Chosen) -> str:
    kinds = {each.key: label(each.kind) for each in current_tool().curriculum.replies}
    return render_template("staff/message.html", form=form, chosen=chosen, kinds=kinds)


def _preview(form: MessageForm, chosen: Chosen) -> str:
    ready = current_tool().curriculum.reply(form.template.data) if form.template.data else None
    return render_template(
        "staff/message_preview.html",
        form=form,
        chosen=chosen,
        said=[(each, ready.text.get(each)) for each in LANGUAGES] if ready else [],
        reminded={
            key
            for key, agreed in consent.agreements(g.session, chosen.reached).items()
            if agreed.scope.covers(reply_waiting.KIND.component)
        },
    )
