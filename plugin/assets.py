"""Styles and scripts, read once at start and served compressed under a name that changes with them.

Bootstrap's style sheet (the copy that Bootstrap-Flask brings along) and ours become one file:
a patient page asks for one style sheet. No build step: the files under static/ are the source.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from urllib.parse import quote

import brotli
from flask import Blueprint, Flask, Response, abort, request, url_for

YEAR_S = 365 * 24 * 3600
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
SHEET = "columna.css"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: plain, and by encoding, the smallest first."""

    plain: bytes
    packed: Mapping[str, bytes]
    mimetype: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All styles and scripts; `version` is a digest of every byte of them."""

    files: Mapping[str, Asset]
    version: str


@cache
def read() -> Assets:
    """Read the style sheets into one, the scripts and pictures one by one."""
    static = resources.files("plugin") / "static"
    texts = {SHEET: _sheet(static / "css")}
    for script in _sorted(static / "js", "js"):
        texts[f"js/{script.name}"] = script.read_bytes()
    for picture in [*_sorted(static, "svg"), *_sorted(static, "png")]:
        texts[picture.name] = picture.read_bytes()
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(name.encode() + b"\0" + texts[name] + b"\0")
    return Assets(
        {name: _asset(name, text) for name, text in texts.items()}, digest.hexdigest()[:12]
    )


def init_app(app: Flask) -> None:
    """Serve the assets below /assets/ and give templates `asset_url(name)`."""
    assets = read()
    bp = Blueprint("assets", __name__, url_prefix="/assets")

    @bp.get("/<version>/<path:name>")
    def file(version: str, name: str) -> Response:
        """Send one file: kept for a year under its own version, not at all under another."""
        if name not in assets.files:
            abort(404)
        return _answer(assets.files[name], fresh=version == assets.version)

    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = address
    app.jinja_env.globals["icon_data"] = icon_data()


def address(name: str) -> str:
    """Return where an asset is served. Raises LookupError for one that is not there."""
    assets = read()
    if name not in assets.files:
        raise LookupError(f"there is no such asset: {name}")
    return url_for("assets.file", version=assets.version, name=name)


def icon_data() -> str:
    """Return the page's icon as an address that holds it: one request less on every page."""
    return f"data:{TYPES['svg']},{quote(read().files['icon.svg'].plain.decode())}"


def addresses() -> list[str]:
    """Return where all assets are served."""
    return [address(name) for name in read().files]


def _sheet(css: Traversable) -> bytes:
    bootstrap = resources.files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css"
    parts = [_without_map(bootstrap.read_text("utf-8"))]
    own = [css / "tokens.css", css / "base.css", *_sorted(css / "components", "css")]
    parts += [each.read_text("utf-8") for each in own]
    return "\n".join(parts).encode()


def _without_map(sheet: str) -> str:
    """Drop the pointer to a source map that is not served."""
    return sheet.split("/*# sourceMappingURL=")[0]


def _sorted(folder: Traversable, ending: str) -> list[Traversable]:
    found = [each for each in folder.iterdir() if each.name.endswith(f".{ending}")]
    return sorted(found, key=lambda each: each.name)


def _asset(name: str, text: bytes) -> Asset:
    mimetype = TYPES[name.rsplit(".", 1)[1]]
    packed = {"br": brotli.compress(text), "gzip": gzip.compress(text, 9, mtime=0)}
    return Asset(text, packed, mimetype)


def _answer(asset: Asset, *, fresh: bool) -> Response:
    coding = next((each for each in asset.packed if each in request.accept_encodings), None)
    body = asset.packed[coding] if coding else asset.plain
    response = Response(body, content_type=asset.mimetype)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Service-Worker-Allowed"] = "/"  # js/offline-worker.js says where it answers
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR_S}, immutable" if fresh else "no-cache"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
