"""What lets a telephone put the course on its home screen: a manifest, and the page it opens.

A session belongs to a launch, so the icon opens no session: it leads to the course, or to what the
person kept on this device (js/offline.js) while that may be shown.
"""

from flask import Blueprint, Response, g, jsonify, render_template, url_for
from sqlalchemy import select

from lti.http import origin_of
from lti.launch.frames import NOBODY
from lti.models import Platform, Standing
from plugin import assets
from plugin.tool import current_tool

bp = Blueprint("home_screen", __name__)


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return the web application manifest (W3C)."""
    answer = jsonify(
        name="Columna",
        short_name="Columna",
        start_url=url_for("home_screen.opening"),
        scope="/",
        display="minimal-ui",
        background_color="#ffffff",
        theme_color="#0f6cbf",
        icons=[
            {"src": assets.address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": assets.address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": assets.address("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/open")
def opening() -> str:
    """Show the ways into the course: those of the platforms, and what is kept on this device."""
    g.framed_by = NOBODY
    with current_tool().database.reading() as session:
        active = select(Platform).where(Platform.status == Standing.ACTIVE).order_by(Platform.name)
        ways = {address_of(each): each.name or address_of(each) for each in session.scalars(active)}
    return render_template("open.html", ways=ways)


def address_of(platform: Platform) -> str:
    """Return where people sign in: Moodle's issuer is its address, others' may be anything."""
    origin = origin_of(platform.auth_login_url)
    return platform.issuer if origin_of(platform.issuer) == origin else origin
