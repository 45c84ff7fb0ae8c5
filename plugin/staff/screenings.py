"""What was said on a screening form each time it was saved, for the clinic's staff."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import Field

from modules.services import screening
from modules.services.screening import ScreeningForm
from modules.study.protocol import Protocol
from plugin import names
from plugin.staff import forms
from plugin.staff.history import HistoryEntry


def history(
    session: Session, participant_id: uuid.UUID, protocol: Protocol, language: str
) -> list[HistoryEntry]:
    """Return each saving of the screening form and what it changed, newest first."""
    saved = screening.saved(session, participant_id)
    people = names.of_team(session, [each.by for each in saved])
    before: Mapping[str, str] = {}
    found = []
    for each in saved:
        now = _said(each.form, protocol, language)
        changed = [
            _("%(question)s: %(before)s → %(after)s", question=q, before=before[q], after=words)
            for q, words in now.items()
            if before and before[q] != words
        ]
        what = tuple(changed) or (_("Filled in"),)
        found.append(HistoryEntry(each.at, people.get(each.by, "–"), "", what))
        before = now
    return list(reversed(found))


def _said(form: ScreeningForm, protocol: Protocol, language: str) -> dict[str, str]:
    """Return question -> answer, both in words, in the order of the form."""
    shown = forms.screening_form(protocol, language)(data=forms.data_of(form))
    return {str(field.label.text): _words(field) for field in shown}


def _words(field: Field) -> str:
    if not hasattr(field, "iter_choices"):
        return str(field.data)
    chosen = [str(words) for _value, words, is_chosen, _extra in field.iter_choices() if is_chosen]
    return ", ".join(chosen) or _("none")
