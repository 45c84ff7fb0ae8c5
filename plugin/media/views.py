"""Addresses of the clinic's own videos: all places of the course, one place, a file to look at."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Field

from modules.errors import NotFound
from modules.records.media_models import MediaRole
from modules.services import own_media
from modules.text import LANGUAGES
from plugin import audit, i18n, names
from plugin.access import Permission, require
from plugin.forms import Form
from plugin.media import own_files, receiving, sending
from plugin.media.receiving import (
    LIMITS,
    CaptionsForm,
    FilmForm,
    Received,
)
from plugin.tool import current_tool


@dataclass(frozen=True)
class Place:
    """A place of the course that shows a film."""

    folder: str
    key: str
    title: str

    def slot(self, language: str) -> str:
        """Return the name of the place in one language."""
        return f"{self.folder}/{self.key}.{language}"


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to care for patients."""
    bp = Blueprint("library", __name__)
    bp.url_value_preprocessor(receiving.receive)
    bp.before_request(require(Permission.CARE))
    bp.get("/")(places)
    bp.get("/files/<uuid:media_id>")(file)
    bp.get("/<any(lessons,exercises):folder>/<key>")(place)
    bp.post("/<any(lessons,exercises):folder>/<key>/<any(es,en):language>")(put)
    bp.post("/<any(lessons,exercises):folder>/<key>/<any(es,en):language>/captions")(captions)
    bp.post("/<any(lessons,exercises):folder>/<key>/<any(es,en):language>/out")(take_out)
    return bp


def places() -> ResponseReturnValue:
    """Every place of the course that shows a film, and where the clinic's own one is shown."""
    shown = own_media.shown(g.session, g.person.study.id)
    own = {
        one.slot(language): language
        for one in _all_places()
        for language in LANGUAGES
        if (one.slot(language), MediaRole.FILM) in shown
    }
    return render_template("media/places.html", places=_all_places(), languages=LANGUAGES, own=own)


def place(folder: str, key: str) -> ResponseReturnValue:
    """One place: what it shows in each language, and putting in an own film."""
    return _page(_place(folder, key))


def put(folder: str, key: str, language: str) -> ResponseReturnValue:
    """Take an own film: its type, codec, length and size have been looked at."""
    return _kept(_place(folder, key), language)


def captions(folder: str, key: str, language: str) -> ResponseReturnValue:
    """Take captions of an own film."""
    return _kept(_place(folder, key), language)


def take_out(folder: str, key: str, language: str) -> ResponseReturnValue:
    """Show the course's own film again."""
    this = _place(folder, key)
    own_media.take_out(
        g.session, g.person.study.id, this.slot(language), g.person.user_id, current_tool().now()
    )
    audit.note("media.taken_out", slot=this.slot(language))
    flash(_("The course shows its own film again."), "good")
    return _back(this)


def file(media_id: uuid.UUID) -> Response:
    """Send an own film or its captions to the staff."""
    return own_files.send(own_media.file(g.session, g.person.study.id, media_id))


def _kept(this: Place, language: str) -> ResponseReturnValue:
    """Show what was received in its place; what is wrong with it stands at its field."""
    received: Received = g.received
    stored, now = received.stored, current_tool().now()
    if stored is None:
        return _page(this, language, received.form)
    slot = this.slot(language)
    own_media.put(g.session, g.person.study.id, slot, stored, received.facts, g.person.user_id, now)
    audit.note("media.put_in", slot=slot)
    flash(_("Saved. Participants see it from now on."), "good")
    return _back(this)


def _all_places() -> list[Place]:
    tool, language = current_tool(), i18n.language()
    plans = [tool.curriculum.module(plan.key) for plan in g.person.protocol.modules]
    lessons = [
        Place("lessons", m.film_key(each), (each if each.own_film else m).title.get(language))
        for m in plans
        for each in m.filmed
    ]
    ids = dict.fromkeys(each for module in plans for each in module.exercises)
    known = [tool.curriculum.exercise(each) for each in ids]
    return [*lessons, *(Place("exercises", e.id, e.name.get(language)) for e in known)]


def _place(folder: str, key: str) -> Place:
    found = [each for each in _all_places() if (each.folder, each.key) == (folder, key)]
    if not found:
        raise NotFound
    return found[0]


def _page(this: Place, language: str = "", sent: Form | None = None) -> ResponseReturnValue:
    """Return the page of a place; `sent`: a form of one language with what is wrong with it."""
    shown = own_media.shown(g.session, g.person.study.id)
    films = {lang: shown.get((this.slot(lang), MediaRole.FILM)) for lang in LANGUAGES}
    words = {lang: shown.get((this.slot(lang), MediaRole.CAPTIONS)) for lang in LANGUAGES}
    page = render_template(
        "media/place.html",
        this=this,
        languages=LANGUAGES,
        films=films,
        captions=words,
        types=sending.TYPES,
        people=names.of_team(g.session, [film.uploaded_by for film in films.values() if film]),
        most_mb=LIMITS[this.folder].size >> 20,
        most_minutes=LIMITS[this.folder].seconds // 60,
        forms={lang: _forms(lang, sent if lang == language else None) for lang in LANGUAGES},
        wrong=sent,
    )
    return page, 422 if sent else 200


def _forms(language: str, sent: Form | None) -> list[Field]:
    """Return the fields of one language's uploads: the film, the captions."""
    forms = [sent if isinstance(sent, each) else each() for each in (FilmForm, CaptionsForm)]
    fields = [field for form in forms for field in form]
    for field in fields:
        field.id = f"{language}-{field.name}"
    return fields


def _back(this: Place) -> ResponseReturnValue:
    return redirect(url_for("library.place", folder=this.folder, key=this.key), 303)
