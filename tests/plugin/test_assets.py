"""Styles and scripts: few, small, compressed, kept as long as they do not change."""

import gzip

import brotli
import pytest
from flask import Flask

from plugin import assets

LARGEST_SHEET = {"gzip": 45_000, "br": 33_000}
"""Bytes of the compressed style sheet; a patient page may transfer 120 kB in all."""


@pytest.fixture
def app():
    app = Flask("plugin", static_folder=None)
    assets.init_app(app)
    return app


def url(app: Flask, name: str) -> str:
    with app.test_request_context():
        return app.jinja_env.globals["asset_url"](name)


def test_one_sheet_holds_bootstrap_and_our_components(app):
    sheet = app.test_client().get(url(app, "columna.css")).text
    assert "--bs-primary" in sheet
    assert ".week-strip" in sheet


def test_our_colours_come_after_bootstraps(app):
    sheet = app.test_client().get(url(app, "columna.css")).text
    assert sheet.index("Bootstrap") < sheet.index("--accent-strong")


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("gzip, deflate, br", "br", brotli.decompress)],
)
def test_the_sheet_stays_small_on_the_wire(app, accepted, coding, unpack):
    answer = app.test_client().get(url(app, "columna.css"), headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == coding
    assert len(answer.data) < LARGEST_SHEET[coding]
    assert b".week-strip" in unpack(answer.data)


def test_who_cannot_unpack_gets_plain_text(app):
    answer = app.test_client().get(url(app, "columna.css"))
    assert "Content-Encoding" not in answer.headers


def test_is_kept_for_a_year_under_its_own_version(app):
    answer = app.test_client().get(url(app, "js/page.js"))
    assert "immutable" in answer.headers["Cache-Control"]


def test_under_an_old_version_is_served_but_not_kept(app):
    answer = app.test_client().get("/assets/000000000000/js/page.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_an_unknown_file_is_not_found(app):
    assert app.test_client().get("/assets/0/js/nothing.js").status_code == 404


def test_a_template_cannot_name_a_file_that_does_not_exist(app):
    with pytest.raises(LookupError, match=r"nothing\.js"):
        url(app, "js/nothing.js")


def test_styles_call_for_nothing_else(app):
    own = app.test_client().get(url(app, "columna.css")).text.split("--accent-strong", 1)[1]
    assert "url(" not in own
    assert "@import" not in own
