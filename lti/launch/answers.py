"""What the views of `/lti` make their answers of: our pages, and cookies that work in a frame."""

from typing import TYPE_CHECKING

from flask import render_template
from flask_babel import get_locale
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from lti.launch.accept import LtiSettings


def page(settings: "LtiSettings", template: str, **values: object) -> str:
    """Return a page of ours in the person's language."""
    locale = get_locale()
    return render_template(
        f"lti/{template}",
        lti_layout=settings.layout,
        lti_language=str(locale).replace("_", "-") if locale else "en",
        **values,
    )


def set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Set a cookie that works inside a frame of another site, and only there (CHIPS)."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def drop_cookie(response: Response, name: str) -> None:
    """Let the browser forget a cookie of `set_cookie`."""
    response.delete_cookie(
        name, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )
