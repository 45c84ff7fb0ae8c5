"""The page of licensed wordings: which are loaded, empty packs to fill, taking a filled one."""

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from modules.errors import Fault, NotFound
from modules.outcomes import text_packs
from modules.outcomes.questionnaire import Instrument, Licence
from modules.outcomes.text_packs import LARGEST_FILE, TextPack, TextPackError
from modules.text import LANGUAGES
from plugin import audit, i18n, outcomes
from plugin.admin.fault_texts import in_words
from plugin.forms import Answered, Form
from plugin.text_packs import keep
from plugin.tool import current_tool


class PackForm(Form):
    """A filled text pack."""

    pack = FileField(_l("Text pack"), [Answered()])


def wordings_page() -> ResponseReturnValue:
    """Every licensed questionnaire that a protocol asks, and how it stands in each language."""
    return _page(PackForm())


def take_pack() -> ResponseReturnValue:
    """Keep a text pack, which every process uses from now on; or name all its faults."""
    form = PackForm.sent()
    if not form.validate() or not isinstance(form.pack.data, FileStorage):
        return _page(form), 422
    try:
        pack = _kept(form.pack.data)
    except TextPackError as refused:
        form.pack.errors = [_("This text pack cannot be used; every fault is named below.")]
        return _page(form, refused.faults), 422
    except OSError:
        form.pack.errors = [
            _("The folder of text packs takes nothing: see its room, and who may write there.")
        ]
        return _page(form), 422
    title = current_tool().instruments[pack.instrument].title.get(i18n.language())
    flash(_("Loaded: %(title)s. Patients can answer it from now on.", title=title), "good")
    return redirect(url_for("admin.wordings_page"), 303)


def _kept(sent: FileStorage) -> TextPack:
    tool = current_tool()
    content = sent.stream.read(LARGEST_FILE + 1)
    pack = keep(tool.settings.text_packs, sent.filename or "", content, tool.now().date())
    audit.record(
        g.session,
        "text_pack.loaded",
        tool.now(),
        actor_id=g.person.user_id,
        pack=f"{pack.instrument}.{pack.language}",
        sha256=pack.sha256,
    )
    return pack


def empty_pack(key: str, language: str) -> Response:
    """Return an empty pack to be filled in from the licensed form."""
    found = current_tool().instruments.get(key)
    if found is None or found.licence is not Licence.LICENSED:
        raise NotFound
    response = Response(text_packs.template(found, language), mimetype="application/yaml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{key}.{language}.yaml")
    return response


def _page(form: PackForm, faults: list[Fault] | None = None) -> str:
    tool = current_tool()
    said = [(each.line, each.field, in_words(each.reason)) for each in faults or []]
    return render_template(
        "admin/wordings.html",
        form=form,
        faults=said,
        rows=[(each, outcomes.wordings(each, tool.now().date())) for each in _licensed()],
        languages=LANGUAGES,
        largest_kb=LARGEST_FILE // 1000,
    )


def _licensed() -> list[Instrument]:
    """Return what the protocols ask and needs a licence, in the order in which they ask it."""
    tool = current_tool()
    asked = dict.fromkeys(
        key
        for protocol in tool.protocols.values()
        for visit in protocol.visits
        for key in visit.instruments
    )
    known = dict(tool.instruments.items())
    return [known[key] for key in asked if known[key].licence is Licence.LICENSED]
