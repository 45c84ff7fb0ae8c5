"""The forms of those who administer."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from lti.registration.platforms import NewPlatform
from plugin.forms import Answered, Form

FAULTS = {
    "address": _l("Copy the whole address, beginning with https://."),
    "required": _l("Please give an answer."),
    "too_long": _l("This text is too long. Please shorten it."),
}


class PlatformForm(Form):
    """What the platform's page of the tool shows (in Moodle: “View configuration details”)."""

    name = StringField(_l("What you call this platform"), [Length(max=255)])
    issuer = StringField(_l("Platform ID (issuer)"), [Answered()])
    client_id = StringField(_l("Client ID"), [Answered()])
    deployment_id = StringField(_l("Deployment ID"), [Answered()])
    login_url = StringField(_l("Authentication request URL"), [Answered()])
    token_url = StringField(_l("Access token URL"), [Answered()])
    jwks_url = StringField(_l("Public keyset URL"), [Answered()])

    def read(self) -> NewPlatform:
        """Return what was entered, without blanks around it."""
        given = {name: (field.data or "").strip() for name, field in self._fields.items()}
        return NewPlatform(**given)

    def hang(self, faults: dict[str, str]) -> None:
        """Hang the faults of a registration on their fields."""
        for name, code in faults.items():
            field = self._fields[name]
            field.errors = [*field.errors, str(FAULTS[code])]


class InviteForm(Form):
    """A one-time registration link."""

    label = StringField(_l("What you call the platform"), [Length(max=255)])
