"""The weekly review: whose diary waits, the diary and the reply side by side, the next one."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import InvalidEntry, NotFound
from modules.records import care_queries, queries, summaries, visit_summaries
from modules.records.care_queries import ReplyFacts, ReviewFacts
from modules.records.queries import CourseRecord, ParticipantFacts
from modules.services import alerts, care
from modules.study import days
from plugin import audit, filters, i18n, names, paging, reach
from plugin.filters import label
from plugin.forms import options
from plugin.patient.messages import sentences
from plugin.staff import care_context, review_queue
from plugin.staff.care_forms import ReplyForm, ReviewerForm
from plugin.staff.review_queue import Waiting
from plugin.tool import current_tool


def reviews_page() -> ResponseReturnValue:
    """Whose diary waits, and who was answered in the last seven days."""
    now = current_tool().now()
    study_id = g.person.study.id
    reviews = care_queries.reviews_of(g.session, study_id)
    everybody = _people()
    waiting = review_queue.waiting(everybody, summaries.unread(g.session, study_id), now)
    mine = {facts.id for facts in everybody}
    recent = sorted(
        (
            (key, facts)
            for key, facts in reviews.items()
            if key in mine
            and facts.reviewed_at
            and now - facts.reviewed_at < review_queue.REVIEWED_WITHIN
        ),
        key=lambda pair: pair[1].reviewed_at or now,
        reverse=True,
    )
    return render_template(
        "staff/reviews.html",
        waiting=paging.asked(waiting, "waiting"),
        first=waiting[0].participant_id if waiting else None,
        recent=paging.asked(recent, "read"),
        just_sent=_just_sent(),
        names=names.of_participants(g.session, study_id),
        reviewers={key: facts.reviewer_id for key, facts in reviews.items()},
        people=names.of_team(
            g.session,
            [key for facts in reviews.values() for key in (facts.reviewed_by, facts.reviewer_id)],
        ),
        weeks={facts.id: _week(facts, now) for facts in everybody},
    )


def review_page(participant_id: uuid.UUID) -> ResponseReturnValue:
    """One diary with the box for the reply beside it."""
    record = care_context.require_programme(participant_id)
    return _page(record, _form(record, participant_id))


def answer(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Send a reply, or note that there is nothing to answer; then go on to the next diary."""
    record = care_context.require_programme(participant_id)
    form = _form(record, participant_id)
    following = _after(participant_id)
    now = current_tool().now()
    sends = form.action.data != "read"
    sent = _sent(participant_id, form, now) if sends and form.validate() else None
    if sends and sent is None:
        return _page(record, form), 422
    covers = _moment(form.covers_until.data)
    if covers is not None:
        care.mark_reviewed(g.session, participant_id, covers, g.person.user_id, now)
        audit.note("diary.reviewed", participant_id)
    if not sends:
        flash(_("Marked as read."), "good")
    if following is None:
        return redirect(url_for("care.reviews_page", sent=sent), 303)
    return redirect(url_for("care.review_page", participant_id=following, sent=sent), 303)


def name_reviewer(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Name who of the team answers this diary."""
    care_context.require_programme(participant_id)
    form = _reviewer_form()
    if not form.validate():
        raise NotFound
    now = current_tool().now()
    care.name_reviewer(g.session, participant_id, _uuid(form.reviewer.data), g.person.user_id, now)
    audit.note("reviewer.named", participant_id)
    if participant_id not in reach.of(g.session, g.person):
        flash(_("Handed over: the participant is no longer among yours."), "good")
        return redirect(url_for("care.reviews_page"), 303)
    flash(_("Saved."), "good")
    return redirect(url_for("care.review_page", participant_id=participant_id), 303)


def _just_sent() -> tuple[uuid.UUID, uuid.UUID, str] | None:
    """Return the reply sent a page ago, while it can be taken back: whose, which, their name."""
    asked = request.args.get("sent", type=uuid.UUID)
    found = care_queries.waiting_reply(g.session, g.person.study.id, asked) if asked else None
    if found is None or found[0] not in reach.mine():
        return None
    participant_id, reply = found
    return participant_id, reply.id, names.of_participant(g.session, participant_id)


def _sent(participant_id: uuid.UUID, form: ReplyForm, now: datetime) -> uuid.UUID | None:
    """Keep the reply and return its key; a fault is hung on its field."""
    reply = care.Reply(
        form.template.data or None,
        form.words.data or "",
        _uuid(form.entry.data) if form.entry.data else None,
        _uuid(form.client_key.data),
    )
    by = g.person.user_id
    try:
        made = care.reply(g.session, participant_id, reply, current_tool().curriculum, by, now)
    except InvalidEntry as fault:
        form.add_errors(fault.fields, {"required": _("Choose a sentence or write your own words.")})
        return None
    audit.note(
        "diary.answered", participant_id, **({"template": reply.template} if reply.template else {})
    )
    return made


def _form(record: CourseRecord, participant_id: uuid.UUID) -> ReplyForm:
    form = ReplyForm.sent()
    entries = _shown(record, participant_id)
    about = [(str(e.id), filters.long_date(e.day)) for e in reversed(entries)]
    form.entry.choices = options([("", _("All of these days")), *about])
    language = i18n.language()
    replies = current_tool().curriculum.replies
    form.template.choices = options(
        [("", _("None")), *((r.key, r.text.get(language)) for r in replies)]
    )
    if request.method == "GET":
        again = _taken_back(participant_id)
        form.template.data = (again and again.template) or ""
        form.words.data = again and again.words
        form.client_key.data = str(uuid.uuid4())
        newest = [entry.recorded_at for entry in entries]
        form.covers_until.data = max(newest).isoformat() if newest else ""
    return form


def _taken_back(participant_id: uuid.UUID) -> ReplyFacts | None:
    """Return the reply that was taken back to be changed, if the address names one."""
    asked = request.args.get("again", type=uuid.UUID)
    replies = care_queries.replies_of(g.session, participant_id) if asked else []
    return next((each for each in replies if each.id == asked and each.taken_back_at), None)


def _reviewer_form(named: uuid.UUID | None = None) -> ReviewerForm:
    """Return the form as it was sent, or with who is `named` on the page."""
    form = ReviewerForm(reviewer=str(named)) if named else ReviewerForm.sent()
    members = names.of_staff(g.session, g.person.study.id)
    form.reviewer.choices = options((str(key), name) for key, name in members.items())
    return form


def _shown(record: CourseRecord, participant_id: uuid.UUID) -> Sequence[queries.DiaryFacts]:
    """Return the entries a reply may be about: those that wait, else those of the last week."""
    return review_queue.entries_of(record, _review_of(participant_id)) or record.diary[-7:]


def _waiting_of(record: CourseRecord, participant_id: uuid.UUID) -> Waiting | None:
    return review_queue.of_record(record, _review_of(participant_id), current_tool().now())


def _review_of(participant_id: uuid.UUID) -> ReviewFacts:
    """Return how far a diary has been read, asked once a request."""
    if "review" not in g:
        g.review = care_queries.review_of(g.session, g.person.study.id, participant_id)
    found: ReviewFacts = g.review
    return found


def _page(record: CourseRecord, form: ReplyForm) -> str:
    tool, facts = current_tool(), record.participant
    ids = [item.participant_id for item in _queue()]
    place = ids.index(facts.id) if facts.id in ids else None
    shown = _shown(record, facts.id)
    seen = {entry.id for entry in shown}
    review = _review_of(facts.id)
    return render_template(
        "staff/review.html",
        facts=facts,
        name=names.of_participant(g.session, facts.id),
        week=_week(facts, tool.now()),
        item=_waiting_of(record, facts.id),
        entries=tuple(reversed(shown)),
        earlier=[e for e in reversed(record.diary) if e.id not in seen][:14],
        exercises=tool.curriculum.exercises,
        form=form,
        kinds={reply.key: label(reply.kind) for reply in tool.curriculum.replies},
        replies=[
            (each, sentences(tool.curriculum, each, i18n.language()), None)
            for each in care_queries.replies_of(g.session, facts.id)[:5]
        ],
        just_sent=_just_sent(),
        alerts=alerts.waiting(g.session, facts.id),
        review=review,
        place=place,
        total=len(ids),
        before=ids[place - 1] if place else None,
        after=ids[place + 1] if place is not None and place + 1 < len(ids) else None,
        reviewer_form=_reviewer_form(review.reviewer_id or g.person.user_id),
        people=names.of_team(g.session, [review.reviewed_by, review.reviewer_id]),
    )


def _people() -> list[ParticipantFacts]:
    """Return everybody within reach."""
    mine = reach.mine()
    return [one for one in visit_summaries.people(g.session, g.person.study.id) if one.id in mine]


def _queue() -> list[Waiting]:
    unread = summaries.unread(g.session, g.person.study.id)
    return review_queue.waiting(_people(), unread, current_tool().now())


def _after(participant_id: uuid.UUID) -> uuid.UUID | None:
    """Return whose diary comes next: the following one, else the first that is left."""
    ids = [item.participant_id for item in _queue()]
    place = ids.index(participant_id) if participant_id in ids else -1
    return next((each for each in [*ids[place + 1 :], *ids] if each != participant_id), None)


def _week(facts: ParticipantFacts, now: datetime) -> int | None:
    first = facts.day_one
    if first is None:
        return None
    week = days.week_of(days.today_for(now, facts.time_zone), first)
    return min(week, g.person.protocol.duration_weeks)


def _moment(text: str | None) -> datetime | None:
    """Return the moment of a form's hidden field; None where nothing waited."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidEntry({"covers_until": "unknown"}) from error
    if found.tzinfo is None:
        raise InvalidEntry({"covers_until": "unknown"})
    return found


def _uuid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise NotFound from error
