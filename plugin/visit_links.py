"""The short link of a visit: a word nobody can guess, which leads to the course in Moodle.

It names no person and opens nothing: whoever follows it signs in at the platform as always. The
same link serves everybody in a course, so neither the link nor its QR code tells people apart.
"""

import hashlib
import hmac
from base64 import b32encode
from urllib.parse import quote

import segno
from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiContext, Platform, Standing
from modules.errors import NotFound
from modules.records import queries
from plugin.tool import Tool, current_tool

PURPOSE = "visit-links"
TOKEN_LENGTH = 16

bp = Blueprint("visit_links", __name__)


@bp.get("/v/<token>")
def follow(token: str) -> ResponseReturnValue:
    """Lead to the course. Raises NotFound for a link that is none, or none any more."""
    tool = current_tool()
    with tool.database.reading() as session:
        address = _address_behind(session, tool, token)
    response = redirect(address)
    response.headers["Cache-Control"] = "no-store"
    return response


def link_of(session: Session, tool: Tool, course_id: object, visit_key: str) -> str:
    """Return the short link of a visit, as it is printed. Raises NotFound without the course."""
    found = session.execute(_COURSES.where(LtiContext.id == course_id)).first()
    if found is None:
        raise NotFound
    return f"{tool.settings.public_url}/v/{_token(tool, *found, visit_key)}"


def qr_code(link: str, title: str) -> Markup:
    """Return the link as a QR code (ISO/IEC 18004, error correction M), drawn as SVG."""
    code = segno.make(link, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=4, title=title, dark="#000", light="#fff")
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - made by segno


_COURSES = select(LtiContext, Platform).join(Platform, Platform.id == LtiContext.platform_id)


def _address_behind(session: Session, tool: Tool, token: str) -> str:
    for course, platform in session.execute(_COURSES.where(LtiContext.study_id.is_not(None))):
        protocol = tool.protocols[queries.study_by_id(session, course.study_id).protocol_key]
        for visit in protocol.visits:
            known = _token(tool, course, platform, visit.key)
            if hmac.compare_digest(known.encode(), token.encode()):
                return _moodle_address(course, platform)
    raise NotFound


def _moodle_address(course: LtiContext, platform: Platform) -> str:
    """Return the address of a course in Moodle, which is its own issuer."""
    if platform.status is not Standing.ACTIVE:
        raise NotFound
    return f"{platform.issuer}/course/view.php?id={quote(course.context_id, safe='')}"


def _token(tool: Tool, course: LtiContext, platform: Platform, visit_key: str) -> str:
    named = f"{platform.issuer}\n{course.context_id}\n{visit_key}".encode()
    digest = hmac.new(tool.secret_for(PURPOSE), named, hashlib.sha256).digest()
    return b32encode(digest).decode().lower()[:TOKEN_LENGTH]
