"""What every template may use."""

from typing import Any

from flask import Flask, g, request, url_for
from jinja2 import StrictUndefined

from plugin import i18n
from plugin.tool import current_tool

LANGUAGE_NAMES = {"es": "Español", "en": "English"}


def init_app(app: Flask) -> None:
    """Give templates the frame of a page, and let a name that nobody gave be a fault."""
    app.jinja_env.undefined = StrictUndefined
    app.context_processor(_page)


def _page() -> dict[str, Any]:
    person = g.get("person")
    language = i18n.language()
    return {
        "page_lang": i18n.locale().replace("_", "-"),
        "person": person,
        "study": person.study if person else None,
        "settings": current_tool().settings,
        "back_url": person.return_url if person else None,
        "language_links": _language_links(language) if person else (),
    }


def _language_links(current: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (code, name, url_for("start.choose_language", code=code, back=request.path))
        for code, name in LANGUAGE_NAMES.items()
        if code != current
    )
