"""Asking when reminders may come and of what: the participant in the course, or staff for them."""

import uuid
from collections.abc import Sequence
from datetime import time

from babel.dates import get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from modules.errors import NotFound
from modules.study.protocol import Protocol
from modules.text import Text
from notifications import consent
from notifications.hours import QuietHours
from notifications.kind import Preferences, ReminderKind
from notifications.kinds import KINDS
from notifications.messages import language_of
from notifications.models import Contact, open_contact
from plugin import i18n
from plugin.forms import Answered, Form, RadioField, SelectField, TickListField

LANGUAGES = (("es", "Español"), ("en", "English"))
DAYS = 7
NOTICES = Text("Avisarme de", "Remind me of")


def day_names() -> dict[int, str]:
    """Return the days of the week in the reader's language, 1 to 7, Monday first."""
    names = get_day_names(locale=i18n.locale())
    return {day: names[day - 1] for day in range(1, DAYS + 1)}


def form_of(
    session: Session, participant_id: uuid.UUID, protocol: Protocol, components: frozenset[str]
) -> Form:
    """Return the form of what somebody who is reminded may choose, as it was sent or as it stands.

    Whoever gets the notices of questionnaires alone chooses the language: those come to both arms
    of a trial at the same hour. Raises NotFound for somebody who is not reminded.
    """
    contact = open_contact(session, participant_id)
    if contact is None:
        raise NotFound
    kinds = left_to_choose(contact, protocol, components)
    return _form(kinds, protocol).sent(**_standing(contact, kinds))


def keep(session: Session, participant_id: uuid.UUID, form: Form) -> None:
    """Keep a form that was found right."""
    sent, chosen = form.data, None
    if "kinds" in sent:
        offered = {choice.value for choice in form.kinds.choices}
        days = frozenset(map(int, sent.get("weekdays") or ()))
        chosen = Preferences(
            int(sent["hour"]) if sent["hour"] else None,
            frozenset() if len(days) == DAYS else days,
            frozenset(offered - set(sent["kinds"] or ())),
        )
    consent.prefer(session, participant_id, sent["language"], chosen)


def in_words(contact: Contact, protocol: Protocol, components: frozenset[str]) -> str:
    """Return the hour and the days that somebody chose; empty where the protocol's count."""
    kinds = left_to_choose(contact, protocol, components)
    chosen = contact.preferences
    if not kinds or chosen == Preferences():
        return ""
    names = day_names()
    said = [f"{chosen.hour}:00"] if chosen.hour is not None else []
    said += [", ".join(names[day] for day in sorted(chosen.weekdays))]
    said += [_("without: %(kind)s", kind=kind.choice.get(i18n.locale()))
             for kind in kinds if kind.choice and kind.key in chosen.without]  # fmt: skip
    return "; ".join(filter(None, said))


def left_to_choose(
    contact: Contact, protocol: Protocol, components: frozenset[str]
) -> Sequence[ReminderKind]:
    """Return the kinds of reminder that somebody gets and may leave out or choose an hour for."""
    covered = frozenset(filter(contact.scope.covers, components))
    planned = (KINDS[entry.kind] for entry in protocol.reminders)
    return [kind for kind in planned if kind.choice and kind.component in covered]


def _form(kinds: Sequence[ReminderKind], protocol: Protocol) -> type[Form]:
    locale = i18n.locale()

    class LanguageForm(Form):
        language = RadioField(_l("Language of the messages"), [Answered()], choices=LANGUAGES)

    if not kinds:
        return LanguageForm
    offered = [(kind.key, kind.choice.get(locale)) for kind in kinds if kind.choice]

    class PreferencesForm(LanguageForm):
        kinds = TickListField(NOTICES.get(locale), choices=offered)
        hour = SelectField(
            _l("At what time?"), choices=[("", _l("The usual one")), *_hours(protocol)]
        )

    if any(kind.own_days for kind in kinds):
        PreferencesForm.weekdays = TickListField(
            _l("On which days?"), choices=[(str(day), name) for day, name in day_names().items()]
        )
    return PreferencesForm


def _hours(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the full hours in which somebody may be written to."""
    quiet = QuietHours.of(protocol.reminder_limits)
    return [(str(each), f"{each}:00") for each in range(24) if not quiet.cover(time(each))]


def _standing(contact: Contact, kinds: Sequence[ReminderKind]) -> dict[str, object]:
    chosen = contact.preferences
    return {
        "language": language_of(contact.language),
        "hour": "" if chosen.hour is None else str(chosen.hour),
        "weekdays": [str(day) for day in sorted(chosen.weekdays) or range(1, DAYS + 1)],
        "kinds": [kind.key for kind in kinds if kind.key not in chosen.without],
    }
