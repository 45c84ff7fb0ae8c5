"""Whatever a browser sends is read as a form: nothing looks into the request by hand."""

import ast
from pathlib import Path

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from plugin.patient.forms import AnswersForm
from plugin.visits.forms import CorrectionForm, EntryForm, ReviewForm

ROOT = Path(__file__).parents[2]
SENT = {"form", "values", "files"}
READERS = {
    Path("plugin/forms.py"): "hands what was sent to the forms",
    Path("lti/launch/views.py"): "reads messages of LTI",
    Path("plugin/demo/lms/launches.py"): "is the demonstration LMS, not the tool",
    Path("plugin/demo/lms/registering.py"): "is the demonstration LMS, not the tool",
}


def reads_what_was_sent(source: str) -> bool:
    """Whether a file names `request.form`, `.values` or `.files`."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in SENT
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
        for node in ast.walk(ast.parse(source))
    )


def test_forms_alone_read_what_was_sent():
    files = [path for folder in ("plugin", "lti") for path in (ROOT / folder).rglob("*.py")]
    readers = {p.relative_to(ROOT) for p in files if reads_what_was_sent(p.read_text("utf-8"))}

    assert len(files) > 100
    assert readers == set(READERS)


def test_the_rule_finds_who_breaks_it():
    assert reads_what_was_sent("from flask import request\nrequest.form.get('role')")
    assert not reads_what_was_sent("from flask import request\nrequest.args.get('role')")


@pytest.mark.parametrize("form", [AnswersForm, EntryForm, ReviewForm, CorrectionForm])
def test_no_question_bears_the_name_of_something_else_of_its_form(form):
    keys = {item.key for instrument in INSTRUMENTS.values() for item in instrument.items}

    assert len(keys) > 30
    assert not keys & set(dir(form))
