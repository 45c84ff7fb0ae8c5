"""Sending a file of the clinic's own: from disk, from storage, or by the server in front."""

from flask import redirect
from werkzeug.wrappers import Response

from modules.errors import NotFound
from modules.services.own_media import OwnFile
from plugin.media import sending
from plugin.tool import current_tool

ACCEL_FOLDER = "own"
"""Below COLUMNA_ACCEL_PREFIX the web server finds the folder of COLUMNA_MEDIA_STORE as this."""


def send(own: OwnFile) -> Response:
    """Answer with the file or a part of it; captions always come from the tool's own address.

    Raises NotFound when the file is no longer in its folder.
    """
    tool = current_tool()
    store, kind = tool.media_store, sending.TYPES[f".{own.kind}"]
    path = store.path(own.storage_key)
    if path is not None and not path.is_file():
        raise NotFound  # now: once the first byte is promised, no page could say so
    if path is not None and tool.settings.accel_prefix:
        prefix = tool.settings.accel_prefix.rstrip("/")
        return sending.handed_on(f"{prefix}/{ACCEL_FOLDER}/{own.storage_key}", kind)
    link = store.link(own.storage_key, kind) if own.kind != "vtt" else None
    if link is not None:
        response = redirect(link, 302)
        response.headers["Cache-Control"] = "no-store"
        return response
    return sending.send_source(
        sending.Source(
            kind, own.size, own.id.hex, lambda start, n: store.read(own.storage_key, start, n)
        )
    )
