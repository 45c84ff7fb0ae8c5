"""The forms of those who administer."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from lti.registration.platforms import NewPlatform
from plugin.forms import Answered, Form, SelectField, labelled
from plugin.team import ASSIGNABLE

FAULTS = {
    "address": _l("Copy the whole address, beginning with https://."),
    "origin": _l("Write each site as https://host, without a path, with blanks between them."),
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
    frame_origins = StringField(
        _l("Other sites whose pages show the tool, such as https://school.example (often none)")
    )

    def read(self) -> NewPlatform:
        """Return what was entered, without blanks around it."""
        given = {name: (field.data or "").strip() for name, field in self._fields.items()}
        others = tuple(given.pop("frame_origins").split())
        return NewPlatform(**given, frame_origins=others)


class InviteForm(Form):
    """A one-time registration link."""

    label = StringField(_l("What you call the platform"), [Length(max=255)])


class RoleForm(Form):
    """Which role a person of the course has in this study."""

    role = SelectField(_l("Role"), choices=labelled(ASSIGNABLE))
