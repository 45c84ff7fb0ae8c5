"""Asking where reminders may go: the field, its words and the consent, as the channel has them."""

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import EmailField, StringField, TelField
from wtforms.validators import Length

from modules.study.protocol import ReminderLimits
from notifications import consent
from notifications.channel import ChannelType
from notifications.channels import CHANNELS
from notifications.consent import ConsentGiven
from notifications.errors import InvalidAddress
from plugin import i18n
from plugin.forms import Answered, Form
from plugin.tool import current_tool

FIELDS: dict[str, type[StringField]] = {"tel": TelField, "email": EmailField}
"""HTML's input types with a field of their own; any other address is a line of text."""


def channel() -> ChannelType:
    """Return the channel this installation sends through."""
    return CHANNELS[current_tool().settings.channel]


def address_field(label: str) -> StringField:
    """Return the field that asks for an address of the channel."""
    return FIELDS.get(channel().address.input_type, StringField)(
        label, [Answered(), Length(max=254)]
    )


def agreed(
    session: Session, participant_id: uuid.UUID, form: Form, language: str, given: ConsentGiven
) -> bool:
    """Open the consent; what can be no address becomes a fault of the form's `address`."""
    here = channel()
    try:
        consent.opt_in(
            session,
            participant_id,
            form.address.data,
            channel=here.key,
            language=language,
            consent=given,
        )
    except InvalidAddress:
        form.address.errors = [here.address.fault.get(i18n.locale())]
        return False
    return True


def limits_in_words(limits: ReminderLimits) -> str:
    """Return how often and when at most, as the study's protocol has it."""
    if limits.quiet_from_hour == limits.quiet_until_hour:
        return _("At most %(number)d a day.", number=limits.most_a_day)
    return _(
        "At most %(number)d a day, never between %(start)s and %(end)s.",
        number=limits.most_a_day,
        start=f"{limits.quiet_from_hour}:00",
        end=f"{limits.quiet_until_hour}:00",
    )
