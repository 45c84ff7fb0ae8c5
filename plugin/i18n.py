"""Which language a person sees: chosen with the switch, else the platform's, else Spanish."""

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, get_translations, refresh

LOCALES = {"es": "es_MX", "en": "en"}
COOKIE = "__Host-columna-lang"


def init_app(app: Flask) -> None:
    """Set up translations."""
    Babel(
        app,
        default_locale="es_MX",
        default_translation_directories="translations",
        locale_selector=locale,
        timezone_selector=_zone,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["language"] = language


def _catalogue() -> NullTranslations:
    """Return the catalogue of this request, looked up once for all the words of a page."""
    known: NullTranslations | None = g.get("catalogue")
    if known is None:
        known = g.catalogue = get_translations()
    return known


def know_the_person() -> None:
    """Speak their language from now on, whatever was read before they were known."""
    refresh()
    g.pop("catalogue", None)


def language() -> str:
    """Return `es` or `en` for this request."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LOCALES:
        return chosen
    person = g.get("person")
    if person is not None:
        return "en" if person.locale.lower().startswith("en") else "es"
    return request.accept_languages.best_match(list(LOCALES)) or "es"


def locale() -> str:
    """Return the locale of this request, for numbers and dates."""
    return LOCALES[language()]


def _zone() -> str:
    person = g.get("person")
    protocol = person.protocol if person is not None else None
    return protocol.time_zone if protocol is not None else "America/Mexico_City"
