"""A film in hundreds of pieces, looked at once: the page that shows it grants the rest.

The page has asked for session, arm and open modules. It puts a signed grant before the film's own
address; a piece asked for there is sent without asking again. The signature covers the launch, the
file, the moment, and the secret that this browser keeps of its session: copied or read from a log
the address opens nothing elsewhere. When the grant is over, or is not this browser's, the address
leads to the film's own one, where everything is asked again: a film that runs on goes on.
"""

import uuid
from datetime import timedelta

from flask import Blueprint, redirect, request
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.wrappers import Response

from lti.launch import sessions
from modules.course import content
from modules.errors import NotFound
from modules.services import own_media
from plugin.media import own_files, sending
from plugin.tool import Tool, current_tool

LIFE = timedelta(minutes=10)
"""How long pieces are sent after the page was made. What a browser has it may keep for a day."""


def create_blueprint() -> Blueprint:
    """Return the blueprint; its addresses are open to whoever holds a grant and nobody else."""
    bp = Blueprint("films", __name__, url_prefix="/films/<grant>/t/<launch>")
    bp.get("/media/<path:name>")(course_film)
    bp.get("/own-media/<uuid:media_id>")(own_film)
    return bp


def granted(launch: str, address: str) -> str:
    """Return the address of a film (`/t/<launch>/…`) with a grant for this browser's session.

    Without the session's cookie the address stays as it is.
    """
    signer = _signer(launch)
    if signer is None:
        return address
    grant = signer.sign(address).decode().removeprefix(f"{address}.")
    return f"/films/{grant}{address}"


def course_film(grant: str, launch: str, name: str) -> Response:
    """Send a piece of a film, poster or captions of the course."""
    return _elsewhere(grant, launch) or send(name)


def own_film(grant: str, launch: str, media_id: uuid.UUID) -> Response:
    """Send a piece of a film of the clinic's own, or its captions, while it is shown."""
    if elsewhere := _elsewhere(grant, launch):
        return elsewhere
    with current_tool().database.reading() as session:
        own = own_media.shown_file(session, media_id)
    return own_files.send(own)


def send(name: str) -> Response:
    """Answer with a file below the course's `media/`, or a part of it. Raises NotFound."""
    settings = current_tool().settings
    path = content.media_file(f"media/{name}", settings.content)
    if path is None:
        raise NotFound
    return sending.send(path, accel_prefix=settings.accel_prefix, accel_name=name)


def _elsewhere(grant: str, launch: str) -> Response | None:
    """Return the way to the film's own address; None where the grant holds."""
    address = request.path.removeprefix(f"/films/{grant}")
    signer = _signer(launch)
    try:
        if signer is not None:
            signer.unsign(f"{address}.{grant}", max_age=int(LIFE.total_seconds()))
            return None
    except BadSignature:
        pass
    response = redirect(address, 302)
    response.headers["Cache-Control"] = "no-store"
    return response


class _Signer(TimestampSigner):
    """Signs by the tool's clock."""

    def __init__(self, tool: Tool, secret: str) -> None:
        super().__init__(tool.secret_for("films"), salt=secret, key_derivation="hmac")
        self._tool = tool

    def get_timestamp(self) -> int:
        return int(self._tool.now().timestamp())


def _signer(launch: str) -> _Signer | None:
    """Return the signer of a launch in this browser; None where its session's secret is not."""
    secret = request.cookies.get(sessions.cookie_name(launch))
    return _Signer(current_tool(), secret) if secret else None
