"""Every way of asking on a telephone's screen, in both languages; the clinic's pages of a visit."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from werkzeug.serving import make_server

from lti.launch import sessions
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.alert_models import Alert
from modules.records.models import Assessment
from plugin import i18n
from tests.browser.axe import faults
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Browser, Clinic

VISIT = "week_2"
ASKED = ("odi", "vas_pain", "nrs", "rmdq", "phq9", "satisfaction", "rand36", "eq5d5l", "bipq")
"""One question a screen; a line; ratings; ticks; a list; a list that ends in free text; many
questions, one a screen; a line among choices; ratings that end in free text."""
LANGUAGES = ("es", "en")


@dataclass
class Site:
    """The application on a port; whoever opens it is inside as one person, in one language."""

    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    inside: Browser | None = None

    def enter(self, person: Browser, language: str = "es") -> None:
        """Be this person from now on."""
        name = sessions.cookie_name(person.ref)
        kept = person.client.get_cookie(name, domain="localhost")
        assert kept is not None
        self.cookies = {name: kept.value, i18n.COOKIE: language}
        self.inside = person

    def url(self, path: str) -> str:
        """Return the whole address of a page of this person."""
        assert self.inside is not None
        return self.origin + self.inside.url(path)


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """The application, served; its cookies are put in by the server."""
    served = Site("")
    inner = app.wsgi_app

    def with_cookies(environ, start_response):
        environ["HTTP_COOKIE"] = "; ".join(f"{k}={v}" for k, v in served.cookies.items())
        return inner(environ, start_response)

    app.wsgi_app = with_cookies  # type: ignore[method-assign]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.origin = f"http://127.0.0.1:{server.server_port}"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()
    app.wsgi_app = inner  # type: ignore[method-assign]


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """A page of a small telephone."""
    context = chromium.new_context(viewport=PHONE, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    return request.param


@pytest.fixture
def patient(
    site: Site, clinic: Clinic, client_for: Callable[..., Browser], language: str
) -> Browser:
    """A participant on day 14 whose check asks in every way there is."""
    ask(clinic, ASKED)
    person = client_for("patient", day=14)
    site.enter(person, language)
    return person


def ask(clinic: Clinic, keys: tuple[str, ...]) -> None:
    """Let the check of week 2 ask these questionnaires."""
    protocol = clinic.protocol
    wider = protocol.visit(VISIT).model_copy(update={"instruments": keys})
    visits = tuple(wider if each.key == VISIT else each for each in protocol.visits)
    clinic.tool.protocols = {
        **clinic.tool.protocols,
        clinic.protocol_key: protocol.model_copy(update={"visits": visits}),
    }


def send(page: Page) -> None:
    """Press the button that sends the page's form."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]:not([name=go])").last.click()


def kept(clinic: Clinic, instrument: str) -> Assessment:
    (row,) = clinic.rows(Assessment, Assessment.visit == VISIT, Assessment.instrument == instrument)
    return row


def question(instrument: str) -> str:
    return f"/questions/{VISIT}/{instrument}"


def test_every_way_of_asking_is_accessible_and_fits(page, site, patient, language):
    found = []
    for key in ASKED:
        page.goto(site.url(question(key)))
        assert page.evaluate("document.documentElement.lang").startswith(language)
        found += [(key, fault) for fault in faults(page)]
    assert found == []


def test_one_question_a_screen_goes_on_after_a_reload(page, site, patient, clinic):
    page.goto(site.url(question("odi")))
    for number in (1, 2, 3):
        page.locator(f"#f-q{number}-2").check()
        send(page)
    page.goto(site.url("/today"))
    page.goto(site.url(question("odi")))

    assert page.locator("progress").get_attribute("value") == "4"
    page.goto(site.url(f"{question('odi')}?q=2"))
    assert page.locator("#f-q2-2").is_checked()
    page.reload()
    assert page.locator("#f-q2-2").is_checked()
    assert kept(clinic, "odi").completed_at is None


def test_one_question_a_screen_is_looked_over_and_sent(page, site, patient, clinic):
    page.goto(site.url(question("odi")))
    for number in range(1, 11):
        page.locator(f"#f-q{number}-{'declined' if number == 8 else 1}").check()
        send(page)
    assert faults(page) == []
    send(page)

    row = kept(clinic, "odi")
    assert row.answers == {f"q{n}": 1 for n in range(1, 11) if n != 8}
    assert row.reasons == {"q8": "declined"}


def test_a_line_is_answered_by_touch_and_says_how_and_on_what(page, site, patient, clinic):
    page.goto(site.url(question("vas_pain")))
    box = page.locator("[data-vas-line]").bounding_box()
    assert page.locator("[data-vas-number]").input_value() == ""
    page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    send(page)

    row = kept(clinic, "vas_pain")
    assert 23 <= row.answers["q1"] <= 27
    assert (row.input_mode, row.device_width_px) == ("pointer", PHONE["width"])


def test_a_line_is_answered_by_keyboard(page, site, patient, clinic):
    page.goto(site.url(question("vas_pain")))
    page.locator("[data-vas-line]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    send(page)

    row = kept(clinic, "vas_pain")
    assert (row.answers, row.input_mode) == ({"q1": 1}, "keyboard")


def test_a_line_is_answered_by_a_number(page, site, patient, clinic):
    page.goto(site.url(question("vas_pain")))
    page.locator("[data-vas-number]").fill("42")
    send(page)

    row = kept(clinic, "vas_pain")
    assert (row.answers, row.input_mode) == ({"q1": 42}, "number")


def test_numbers_that_do_not_fit_are_shown_once_and_kept(page, site, patient, clinic):
    page.goto(site.url(question("nrs")))
    for number, value in (("1", "9"), ("2", "3"), ("3", "5")):
        page.locator(f"#f-q{number}-{value}").check()
    send(page)
    assert page.locator(".notice-care").count() == 1
    assert faults(page) == []
    assert page.locator("#f-q1-9").is_checked()
    send(page)

    assert kept(clinic, "nrs").answers == {"q1": 9, "q2": 3, "q3": 5}


def test_ticks_left_for_later_are_there_after_a_reload(page, site, patient, clinic):
    page.goto(site.url(question("rmdq")))
    page.locator("#f-q3").check()
    page.locator("#f-q7").check()
    with page.expect_navigation():
        page.locator("button[name=go]").click()
    page.goto(site.url(question("rmdq")))
    page.reload()

    assert page.locator("#f-q3").is_checked()
    assert page.locator("#f-q7").is_checked()
    assert not page.locator("#f-q4").is_checked()
    send(page)
    assert sum(kept(clinic, "rmdq").answers.values()) == 2


def test_ratings_left_for_later_are_there_after_a_reload(page, site, patient, clinic):
    page.goto(site.url(question("nrs")))
    page.locator("#f-q2-10").check()
    page.locator("#f-q3-declined").check()
    with page.expect_navigation():
        page.locator("button[name=go]").click()
    page.goto(site.url(question("nrs")))
    page.reload()

    assert page.locator("#f-q2-10").is_checked()
    assert page.locator("#f-q3-declined").is_checked()
    row = kept(clinic, "nrs")
    assert (row.answers, row.reasons) == ({"q2": 10}, {"q3": "declined"})


def test_a_rating_is_chosen_with_the_arrow_keys(page, site, patient, clinic):
    page.goto(site.url(question("nrs")))
    page.locator("#f-q1-0").focus()
    for _step in range(4):
        page.keyboard.press("ArrowRight")

    assert page.locator("#f-q1-4").is_checked()
    assert page.locator("#f-q1-declined").get_attribute("type") == "radio"


def test_a_long_form_says_where_one_is_and_repeats_what_it_asks(page, site, patient, language):
    page.goto(site.url(f"{question('rand36')}?q=15"))

    assert page.locator("progress").get_attribute("value") == "15"
    assert page.locator("progress").get_attribute("max") == "36"
    assert faults(page) == []


def test_a_line_among_choices_is_there_after_a_reload(page, site, patient, clinic):
    page.goto(site.url(f"{question('eq5d5l')}?q=6"))
    assert page.locator("[data-vas-number]").input_value() == ""
    page.locator("[data-vas-number]").fill("70")
    send(page)
    page.goto(site.url(f"{question('eq5d5l')}?q=6"))
    page.reload()

    assert page.locator("[data-vas-number]").input_value() == "70"
    assert kept(clinic, "eq5d5l").answers == {"q6": 70}


def test_a_reason_is_not_a_question_left_out(page, site, patient, clinic, language):
    page.goto(site.url(f"{question('odi')}?q=8"))
    page.locator("#f-q8-not_applicable").check()
    send(page)
    page.goto(site.url(f"{question('odi')}?q=review"))

    said = {"es": "No aplica en mi caso", "en": "This does not concern me"}[language]
    assert said in page.locator("dl.answers").inner_text()


def test_no_tick_at_all_needs_none_of_these(page, site, patient, clinic):
    page.goto(site.url(question("rmdq")))
    send(page)
    assert page.locator("#error-summary").count() == 1
    assert faults(page) == []
    page.locator("#f-none_of_these").check()
    send(page)

    assert set(kept(clinic, "rmdq").answers.values()) == {0}


def test_free_text_may_stay_empty(page, site, patient, clinic):
    page.goto(site.url(question("satisfaction")))
    for item in INSTRUMENTS["satisfaction"].items:
        if item.choices:
            page.locator(f"#f-{item.key}-{item.maximum}").check()
    send(page)

    assert kept(clinic, "satisfaction").completed_at is not None


def test_an_answer_that_must_be_seen_leads_to_the_fixed_text(page, site, patient, clinic):
    page.goto(site.url(question("phq9")))
    for item in INSTRUMENTS["phq9"].items:
        page.locator(f"#f-{item.key}-{1 if item.key == 'q9' else 0}").check()
    send(page)

    assert page.url.endswith("/saved")
    assert page.locator('a[href="tel:911"]').count() == 1
    assert "800 911 2000" in page.locator("main").inner_text()
    assert faults(page) == []
    assert [alert.trigger for alert in clinic.rows(Alert)] == ["T5"]


def test_the_keyboard_alone_fills_a_list(page, site, patient, clinic):
    page.goto(site.url(question("phq9")))
    names = set()
    for _press in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate("[document.activeElement.type, document.activeElement.name]")
        if at[0] == "radio" and at[1] not in names:
            page.keyboard.press("Space")
            names.add(at[1])
        if at[0] == "submit" and at[1] != "go" and len(names) == 10:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert len(kept(clinic, "phq9").answers) == 10


class TestTheClinicsPages:
    @pytest.fixture
    def assessor(self, site, clinic, client_for, language):
        with clinic.writing() as session:
            self.person = clinic.patient(session, day=14).participant_id
        entered = client_for("assessor")
        site.enter(entered, language)
        return entered

    def path(self, more=""):
        return f"/assessor/participants/{self.person}{more}"

    def test_are_accessible_and_fit_on_a_phone_and_a_desk(self, page, site, assessor, clinic):
        answers = {f"q{number}": "2" for number in range(1, 11)}
        assessor.post(self.path(f"/{VISIT}/odi"), answers | {"mode": "paper"})
        paper = {"mode": "paper", "paper_language": "es"}
        assessor.post(self.path(f"/{VISIT}/odi/review"), paper)
        assessor.post(self.path(f"/{VISIT}/vas_pain"), {})
        found = []
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            for path in (
                "/assessor/checks",
                self.path(),
                self.path(f"/{VISIT}"),
                self.path(f"/{VISIT}/vas_pain"),
                self.path(f"/{VISIT}/vas_pain/review"),
                self.path(f"/{VISIT}/odi/record"),
                self.path(f"/{VISIT}/odi/correct"),
            ):
                assert page.goto(site.url(path)).status == 200, path
                found += [(path[-20:], size["width"], fault) for fault in faults(page)]
        assert found == []

    def test_a_paper_is_copied_corrected_and_its_versions_shown(self, page, site, assessor, clinic):
        page.goto(site.url(self.path(f"/{VISIT}/odi")))
        page.locator(".entry-ways a[href$=paper]").click()
        for number in range(1, 11):
            page.locator(f"#f-q{number}-1").check()
        page.locator("#f-q4 summary").click()
        page.locator("#f-q4 select").select_option("3")
        send(page)
        page.locator("input[name=paper_language][value=es]").check()
        send(page)
        page.goto(site.url(self.path(f"/{VISIT}/odi/correct")))
        assert page.locator("#f-q4-1").is_checked()
        assert page.locator("#f-q4 select").first.input_value() == "3"
        page.locator("#f-q1-4").check()
        page.locator("input[name=reason][value=typing_error]").check()
        send(page)

        assert "→" in page.locator("main").inner_text()
        rows = clinic.rows(Assessment, Assessment.visit == VISIT)
        assert sorted(row.revision for row in rows) == [1, 2]
        assert {tuple(row.answers["q4"]) for row in rows} == {(1, 3)}

    def test_an_interview_is_entered_with_the_keyboard_alone(self, page, site, assessor, clinic):
        page.set_viewport_size(DESKTOP)
        page.goto(site.url(self.path(f"/{VISIT}/odi")))
        page.locator("#f-q1-0").focus()
        for key in "0123450123":
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.type") == "submit"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.locator("main form button[type=submit]").last.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

        answers = kept(clinic, "odi").answers
        assert [answers[f"q{n}"] for n in range(1, 11)] == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3]

    def test_a_key_outside_of_a_question_answers_nothing(self, page, site, assessor):
        page.goto(site.url(self.path(f"/{VISIT}/odi")))
        page.locator("h1").click()
        page.keyboard.press("3")
        page.locator("#f-q1-0").focus()
        page.keyboard.press("9")

        assert page.locator("input[type=radio]:checked").count() == 0
