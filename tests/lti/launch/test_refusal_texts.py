"""Every refusal has words for the person and for an admin, and every check has a meaning."""

import pytest
from flask import Flask
from flask_babel import Babel, LazyString

from lti.errors import Code, LtiError
from lti.launch import refusal_texts
from tests.lti.launch_kit import ToolAndPlatform


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_words(code: Code) -> None:
    app = Flask("words")
    Babel(app, default_locale="en")
    with app.test_request_context():
        person = refusal_texts.for_person(code)
        assert all(str(part) for part in person)
        assert str(refusal_texts.for_admin(code))
        assert isinstance(refusal_texts.for_failed(code), LazyString)


def test_every_check_that_is_recorded_is_explained(lti: ToolAndPlatform) -> None:
    lti.accepted(lti.launch())
    passed = lti.records()[-1].passed
    with lti.app.test_request_context():
        assert all(str(refusal_texts.for_check(name)) != name for name in passed)


def test_an_error_carries_its_code_and_nothing_else() -> None:
    error = LtiError(Code.SIGNATURE)
    assert error.args == ("signature",)
    assert str(error) == error.code
