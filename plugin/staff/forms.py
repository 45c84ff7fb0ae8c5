"""The forms of the clinic's staff."""

import uuid
from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import Length, Optional

from modules.services.screening import COMORBIDITIES, SEXES, ScreeningForm
from modules.study.protocol import Protocol
from plugin import contacts, i18n, time_zones
from plugin.forms import (
    Answered,
    DecimalNumber,
    Form,
    RadioField,
    SelectField,
    TickListField,
    WholeNumber,
)

SEX_WORDS = {"female": _l("Female"), "male": _l("Male"), "other": _l("Other")}
COMORBIDITY_WORDS = {
    "diabetes": _l("Diabetes"),
    "hypertension": _l("High blood pressure"),
    "heart_disease": _l("Heart disease"),
    "lung_disease": _l("Lung disease"),
    "depression_anxiety": _l("Depression or anxiety"),
    "osteoarthritis": _l("Osteoarthritis"),
    "other": _l("Another condition"),
}
ACTIVITY_WORDS = {
    1: _l("Mostly sitting"),
    2: _l("Light activity, such as walking, 4 hours a week or more"),
    3: _l("Regular exercise, 3 hours a week or more"),
    4: _l("Hard training several times a week"),
}


CRITERION = "criterion_"
"""Begins the name of the field of an eligibility criterion."""


class ConsentForm(Form):
    """The signed paper consent."""

    version = StringField(_l("Version of the consent form"), [Answered(), Length(max=40)])
    signed_on = DateField(_l("Date of the signature"), [Answered()])


class ScreeningFields(Form):
    """Covariates; the criteria of the protocol are added by `screening_form`."""

    age_years = WholeNumber(_l("Age in years"), 0, 120, needed=True)
    sex = RadioField(_l("Sex"), [Answered()], choices=[(s, SEX_WORDS[s]) for s in SEXES])
    height_cm = WholeNumber(_l("Height in cm"), 100, 230, needed=True)
    weight_kg = DecimalNumber(_l("Weight in kg"), 25, 300, needed=True, places=1)
    comorbidities = TickListField(
        _l("Other conditions (leave empty if there are none)"),
        choices=[(c, COMORBIDITY_WORDS[c]) for c in COMORBIDITIES],
    )
    activity_level = RadioField(
        _l("Physical activity in free time"),
        [Answered()],
        coerce=int,
        choices=list(ACTIVITY_WORDS.items()),
    )


def screening_form(protocol: Protocol, language: str) -> type[ScreeningFields]:
    """Return the screening form of a protocol: one question per criterion, then the covariates."""
    criteria = protocol.eligibility.inclusion + protocol.eligibility.exclusion
    asked = {
        f"{CRITERION}{c.key}": RadioField(
            c.text.get(language),
            [Answered()],
            choices=[("yes", _l("Yes")), ("no", _l("No"))],
        )
        for c in criteria
        if c.rule in ("yes", "no")
    }
    return type("ProtocolScreeningForm", (ScreeningFields,), asked)


def data_of(saved: ScreeningForm) -> dict[str, object]:
    """Return what the fields of a saved form held."""
    criteria = {f"{CRITERION}{key}": answer for key, answer in saved.answers.items()}
    return criteria | {f.name: getattr(saved, f.name) for f in fields(saved) if f.name != "answers"}


def answers_of(form: ScreeningFields) -> ScreeningForm:
    """Return a valid form as the service takes it."""
    return ScreeningForm(
        answers={
            name.removeprefix(CRITERION): field.data
            for name, field in form._fields.items()
            if name.startswith(CRITERION)
        },
        age_years=form.age_years.data,
        sex=form.sex.data,
        height_cm=form.height_cm.data,
        weight_kg=float(form.weight_kg.data),
        comorbidities=tuple(form.comorbidities.data or ()),
        activity_level=form.activity_level.data,
    )


def allocation_form(staff: Mapping[uuid.UUID, str]) -> Form:
    """Return what is asked at allocation: who of the staff looks after the participant then."""

    class AllocationForm(Form):
        clinician = SelectField(
            _l("Who looks after the participant from now on"),
            [Answered()],
            choices=[(str(key), name) for key, name in staff.items()],
        )

    return AllocationForm.sent()


def contact_form() -> Form:
    """Return the form of where to send reminders, with the participant's agreement."""

    class ContactForm(Form):
        address = contacts.address_field(contacts.channel().address.label.get(i18n.locale()))
        language = SelectField(
            _l("Language of the messages"), choices=[("es_MX", "Español"), ("en", "English")]
        )
        agreed = BooleanField(_l("The participant has agreed to be reminded there."), [Answered()])

    return ContactForm.sent()


def enrol_form(usual: str) -> Form:
    """Return what is asked when somebody is enrolled: by which clock they live."""

    class EnrolForm(Form):
        time_zone = SelectField(
            _l("Time zone of whoever is enrolled"),
            [Optional()],
            choices=time_zones.offered(usual),
        )

    return EnrolForm.sent(time_zone=usual)


def time_zone_form(usual: str, held: str, since: date) -> Form:
    """Return the form by which another zone counts from a day on; it begins as `held`, `since`."""

    class TimeZoneForm(Form):
        time_zone = SelectField(_l("Time zone"), [Answered()], choices=time_zones.offered(usual))
        since = DateField(_l("From the beginning of"), [Answered()])

    return TimeZoneForm.sent(time_zone=held, since=since)


WITHDRAWAL_WORDS = {
    "own_wish": _l("Own wish"),
    "moved": _l("Moved away or cannot be reached"),
    "medical": _l("Medical reason"),
    "not_eligible": _l("Not eligible"),
}


class WithdrawalForm(Form):
    """Why a participant leaves; a code, because words could tell the arm."""

    reason = RadioField(_l("Reason"), [Answered()], choices=list(WITHDRAWAL_WORDS.items()))


class StopForm(Form):
    """Which notices a participant wants to receive no longer."""

    keep = HiddenField()
    """The scope that stays; empty where all are switched off."""


class FindForm(Form):
    """Whom to show of a long list of people."""

    name = StringField(_l("Find by name or code"), [Length(max=80)])
