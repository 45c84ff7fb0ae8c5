"""Page components: what a screen reader, a phone and a person without colours get from them."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from plugin import filters
from plugin.forms import Answered, Cr10Field, Form, RadioField, TickListField, VasField
from plugin.patient.today import WeekDay

PLUGIN = Path(filters.__file__).parent
COMPONENTS = PLUGIN / "templates" / "components"


class Sheet(Form):
    """One field of each kind."""

    name = StringField("Name", [Answered()])
    pain = VasField("Pain")
    effort = Cr10Field("Effort")
    side = RadioField("Side", choices=[("left", "Left"), ("right", "Right")])
    done = TickListField("Done", choices=[("a", "A")])


@pytest.fixture
def render():
    app = Flask("plugin", static_folder=None)
    app.secret_key = "components"
    Babel(app, default_locale="en")
    filters.init_app(app)

    def draw(component: str, call: str, **values: object) -> str:
        names = re.findall(r"macro (\w+)\(", (COMPONENTS / f"{component}.html").read_text())
        start = f'{{% from "components/{component}.html" import {", ".join(names)} %}}'
        with app.test_request_context():
            values |= {"form": values.get("form") or Sheet()}
            return " ".join(render_template_string(start + call, **values).split())

    return draw


def faulty() -> Sheet:
    form = Sheet(MultiDict({"pain": "500", "side": "left"}))
    form.validate()
    return form


class TestField:
    def test_has_a_label_of_its_own(self, render):
        assert '<label class="field-label" for="name">Name</label>' in render(
            "field", "{{ field(form.name) }}"
        )

    def test_is_described_by_its_hint(self, render):
        drawn = render("field", "{{ field(form.name, hint='As you like') }}")
        assert 'aria-describedby="name-hint"' in drawn
        assert 'id="name-hint">As you like' in drawn

    def test_is_described_by_its_fault(self, render):
        drawn = render("field", "{{ field(form.name) }}", form=faulty())
        assert 'aria-describedby="name-error" aria-invalid="true"' in drawn
        assert 'id="name-error"' in drawn

    def test_says_fault_in_a_word_not_only_in_colour(self, render):
        assert "Error:" in render("field", "{{ field(form.name) }}", form=faulty())

    def test_choices_stand_in_a_named_group(self, render):
        drawn = render("field", "{{ field(form.side) }}")
        assert "<fieldset" in drawn
        assert ">Side</legend>" in drawn
        assert drawn.count('type="radio"') == 2

    def test_boxes_may_be_ticked_together(self, render):
        assert 'type="checkbox"' in render("field", "{{ field(form.done) }}")

    def test_effort_offers_eleven_targets(self, render):
        drawn = render("field", "{{ scale(form.effort, 'nothing', 'most') }}")
        assert drawn.count('type="radio"') == 11

    def test_what_was_typed_cannot_become_markup(self, render):
        form = Sheet(MultiDict({"name": '"><script>'}))
        assert "<script>" not in render("field", "{{ field(form.name) }}", form=form)


class TestErrorSummary:
    def test_leads_to_every_wrong_field(self, render):
        drawn = render("field", "{{ error_summary(form) }}", form=faulty())
        assert 'role="alert"' in drawn
        assert 'href="#name"' in drawn
        assert 'href="#pain"' in drawn

    def test_is_absent_without_faults(self, render):
        assert render("field", "{{ error_summary(form) }}") == ""


class TestVasSlider:
    def test_the_line_itself_sends_nothing(self, render):
        drawn = render("vas_slider", "{{ vas(form.pain, 'none', 'worst') }}")
        line = re.search(r'<input type="range"[^>]*>', drawn)[0]
        assert not re.search(r"\sname=", line)

    def test_starts_untouched_and_empty(self, render):
        drawn = render("vas_slider", "{{ vas(form.pain, 'none', 'worst') }}")
        assert "vas-untouched" in drawn
        assert 'name="pain" value=""' in drawn

    def test_names_both_ends(self, render):
        drawn = render("vas_slider", "{{ vas(form.pain, 'none', 'worst') }}")
        assert "0 = none" in drawn
        assert "100 = worst" in drawn


class TestTable:
    CALL = "{{ table('Pain', ['Day', ('mm', 'number')], [['Monday', 52], ['Tuesday', none]]) }}"

    def test_has_a_caption_and_headed_rows(self, render):
        drawn = render("table", self.CALL)
        assert "<caption>Pain</caption>" in drawn
        assert '<th scope="row">Monday</th>' in drawn

    def test_every_cell_knows_its_column_for_the_phone(self, render):
        assert 'data-column="mm"' in render("table", self.CALL)

    def test_a_missing_value_is_a_dash_never_a_zero(self, render):
        assert ">–</td>" in render("table", self.CALL)


class TestWeekStrip:
    def strip(self, render, state: WeekDay, *, today: bool = False) -> str:
        day = SimpleNamespace(date=date(2026, 11, 12), state=state, today=today, href="/d")
        return render("week_strip", "{{ week_strip(days, 'This week') }}", days=[day])

    @pytest.mark.parametrize(
        ("state", "word"),
        [
            (WeekDay.DONE, "written"),
            (WeekDay.OPEN, "to write"),
            (WeekDay.NONE, "nothing written"),
            (WeekDay.AHEAD, "still to come"),
        ],
    )
    def test_says_the_state_of_a_day_in_words(self, render, state, word):
        assert f"Thursday 12 November: {word}" in self.strip(render, state)

    def test_marks_today_for_everybody(self, render):
        drawn = self.strip(render, WeekDay.OPEN, today=True)
        assert 'aria-current="date"' in drawn
        assert "week-day-today" in drawn


class TestAlert:
    def test_is_read_out_when_it_is_new(self, render):
        assert 'role="status"' in render(
            "alert", "{% call alert('Saved', 'good', live=True) %}x{% endcall %}"
        )

    def test_interrupts_only_for_danger(self, render):
        assert 'role="alert"' in render(
            "alert", "{% call alert('Stop', 'stop', live=True) %}x{% endcall %}"
        )

    def test_stays_quiet_as_part_of_the_page(self, render):
        assert "role=" not in render("alert", "{% call alert('Note') %}x{% endcall %}")


def test_the_numbers_of_a_chart_stand_behind_a_summary(render):
    drawn = render("chart", "{% call chart('<svg/>', 'It fell.') %}TABLE{% endcall %}")
    assert "<summary>" in drawn
    assert "TABLE" in drawn
    assert "<figcaption>It fell.</figcaption>" in drawn


def test_a_done_step_says_so(render):
    drawn = render("steps", "{{ steps(['Screen', 'Consent'], 1) }}")
    assert "(done)" in drawn
    assert 'aria-current="step"' in drawn


@pytest.mark.parametrize(
    "template", sorted(PLUGIN.glob("templates/**/*.html")), ids=lambda path: path.name
)
def test_no_template_carries_inline_style_or_script(template):
    text = template.read_text()
    if "@page" in text:  # a printed document: no browser shows it, and nothing may be fetched
        text = re.sub(r"<style>.*?</style>", "", text, count=1, flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)
    # A block of data is nothing that runs.
    assert not re.search(r'<script(?![^>]*(\ssrc=|type="application/json"))', text)


@pytest.mark.parametrize("template", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_every_component_says_what_it_is_for(template):
    assert template.read_text().startswith("{#-")
