"""The story, from the first launch to the blinded files, in a frame on another site.

With third-party cookies blocked, in the long profile once more with them allowed; on a telephone's
screen.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Download
from pypdf import PdfReader

from modules.records.models import Participant
from notifications.models import OutboxMessage, State
from plugin import exporting
from plugin.trial.models import Allocation
from tests import factories
from tests.browser.person import Visitor
from tests.browser.two_sites import ANA, ASSESSOR, ENROLLER, EVA, LUIS, STAFF, TwoSites
from tests.conftest import LONG
from tests.factories import CONTROL, TODAY, TREATED, TRIAL

ALLOWED, BLOCKED = 0, 1
"""Chromium's `cookie_controls_mode`."""


COOKIES = {"cookies-blocked": BLOCKED} | ({"cookies-allowed": ALLOWED} if LONG else {})
"""`test_cookies` launches in both; the whole story is told once where it is harder."""


@pytest.fixture(params=COOKIES.values(), ids=COOKIES.keys())
def context(request: pytest.FixtureRequest, with_preferences: Callable[..., BrowserContext]):
    """A browser in which third-party cookies are allowed, then one in which they are blocked."""
    opened = with_preferences({"cookie_controls_mode": request.param}, accept_downloads=True)
    opened.third_party_cookies = request.param == ALLOWED
    return opened


def test_the_whole_story(own_sites: TwoSites, context: BrowserContext):
    story = Story(own_sites, context)
    story.enroller_fetches_the_people_and_enrols()
    story.enroller_records_consent_and_screening(ANA)
    story.patient_fills_the_baseline(ANA, "Ana Plantada")
    story.enroller_allocates(ANA, TREATED)
    story.patient_follows_the_programme()
    story.patient_writes_the_diary_by_keyboard()
    story.patient_sees_the_progress()
    story.enroller_records_consent_and_screening(LUIS)
    story.patient_fills_the_baseline(LUIS, "Luis Plantado")
    story.enroller_allocates(LUIS, CONTROL)
    story.control_has_the_brochure_and_the_questions()
    story.reminders_are_planned_and_taken_back()
    story.staff_see_how_they_do()
    story.assessor_sees_codes_and_downloads()
    assert story.complaints() == []


class Story:
    """The chapters, in order; each begins with a launch of its own."""

    def __init__(self, sites: TwoSites, context: BrowserContext) -> None:
        self.sites, self.context = sites, context
        self.people: list[Visitor] = []

    def enter(self, person: str) -> Visitor:
        """Launch as somebody."""
        self.people.append(Visitor.arrive(self.sites, self.context, person))
        return self.people[-1]

    def complaints(self) -> list[str]:
        """Return what browsers complained about: scripts, policies."""
        return [complaint for one in self.people for complaint in one.complaints]

    def enroller_fetches_the_people_and_enrols(self) -> None:
        enroller = self.enter(ENROLLER)
        # The browser is as strict as this test says, else the test says nothing.
        allowed = enroller.frame.evaluate("document.hasStorageAccess()")
        assert allowed is self.context.third_party_cookies
        enroller.follow("People")
        assert "Ana Plantada" not in enroller.text()
        with enroller.leads_to("/staff/people"):
            enroller.frame.locator("form[action$='/people/sync'] button").click()
        assert self.sites.work() == 1
        enroller.go("/staff/people")
        for name in ("Ana Plantada", "Luis Plantado", "Eva Plantada"):
            assert name in enroller.text()
        for name in ("Ana Plantada", "Luis Plantado"):
            enroller.go("/staff/people")
            with enroller.leads_to("/staff/participants/[0-9a-f-]+"):
                enroller.frame.locator("li, tr", has_text=name).get_by_role("button").click()
        assert "Luis Plantado" in enroller.text()

    def enroller_records_consent_and_screening(self, person: str) -> None:
        enroller = self.enter(ENROLLER)
        key = self.sites.participant(person)
        page = f"/staff/participants/{key}"
        enroller.record_consent(page, TODAY)
        enroller.record_screening(page, self.sites.tool.protocols[TRIAL])
        assert enroller.frame.locator("form[action$='/allocation']").count() == 0

    def patient_fills_the_baseline(self, person: str, name: str) -> None:
        patient = self.enter(person)
        assert patient.path == "/today"
        assert patient.go("/programme") == 403
        patient.go("/today")
        for instrument, level in (("odi", 50), ("vas_pain", 62)):
            patient.go(f"/questions/baseline/{instrument}")
            patient.answer(instrument, level)
        assert name not in patient.text()

    def enroller_allocates(self, person: str, arm: str) -> None:
        enroller = self.enter(ENROLLER)
        key = self.sites.participant(person)
        label = self.sites.tool.protocols["imss-nct07248813"].arm(arm).label.es
        enroller.go(f"/staff/participants/{key}")
        with enroller.leads_to("/staff/"):
            enroller.press("Allocate now")
        assert label not in enroller.text()
        assert enroller.go(f"/staff/participants/{key}") == 404
        staff = self.enter(STAFF)
        staff.go(f"/staff/participants/{key}")
        assert label in staff.text()
        assert [row.arm for row in self.rows(Allocation, participant_id=key)] == [arm]

    def patient_follows_the_programme(self) -> None:
        ana = self.enter(ANA)
        assert "jueves 12 de noviembre" in ana.text()
        assert ana.go("/programme/ergonomics") == 403
        assert ana.go("/programme") == 200
        with ana.leads_to("/programme/education"):
            ana.frame.get_by_role("link", name=re.compile("^Módulo 1")).click()
        with ana.leads_to("/programme/education/[a-z_]+"):
            ana.frame.locator("main a[href*='/programme/education/']").first.click()
        lesson = ana.path
        self._watch(ana, lesson)
        ana.go(lesson)
        with ana.leads_to("/programme/education(?:/[a-z_]+)?"):
            ana.submit()
        assert ana.path != lesson
        ana.go("/programme/education")
        assert "1 de 5" in ana.text()

    def _watch(self, ana: Visitor, lesson: str) -> None:
        film = ana.frame.locator("video[data-film]")
        film.wait_for()
        film.evaluate("async film => { film.muted = true; await film.play(); }")
        ana.until("document.querySelector('video').currentTime > 0.5")
        film.evaluate("film => { film.currentTime = film.duration * 0.9; }")
        ana.until("!document.querySelector('video').seeking")
        parts = [one for one in ana.answers if one.url.split("#")[0].endswith((".mp4", ".webm"))]
        assert {one.status for one in parts} == {206}
        assert all("content-range" in one.headers for one in parts)
        tracks = film.evaluate(
            "film => [...film.textTracks].map(t => [t.kind, t.language, t.mode])"
        )
        assert [kind for kind, _language, _mode in tracks] == ["captions"]
        with ana.page.expect_response(lambda one: one.url.endswith("/film")) as saved:
            film.evaluate("film => film.pause()")
        assert saved.value.status == 204
        left_at = film.evaluate("film => film.currentTime")
        ana.go(lesson)
        film.evaluate("async film => { film.muted = true; await film.play(); film.pause(); }")
        begins = film.evaluate("film => film.currentTime")
        assert begins == pytest.approx(left_at, abs=2)
        captions = ana.frame.locator("video track").get_attribute("src")
        assert ana.page.request.get(f"{self.sites.tool_url}{captions}").status in (200, 401)

    def patient_writes_the_diary_by_keyboard(self) -> None:
        ana = self.enter(ANA)
        ana.go("/diary")
        ana.fill(did="part")
        ana.frame.locator('[name="exercises"]').first.check()
        ana.fill(minutes="20", effort="4", note="Hoy me moví mejor")
        for name, steps, expected in (("pain_before_mm", 7, "57"), ("pain_after_mm", -6, "44")):
            line = ana.frame.locator(f'[data-vas]:has([name="{name}"]) [data-vas-line]')
            number = ana.frame.locator(f'[name="{name}"]')
            assert number.input_value() == ""
            line.focus()
            for _ in range(abs(steps)):
                ana.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
            assert number.input_value() == expected
        self._no_symptom(ana)
        with ana.leads_to("/.*"):
            ana.submit()
        ana.go("/progress")
        assert ana.go("/diary/2026-11-12") == 200
        assert ana.frame.locator('[name="pain_before_mm"]').input_value() == "57"

    def _no_symptom(self, ana: Visitor) -> None:
        """Where the diary asks for warning signs, say that there is none."""
        ana.fill(news="no")

    def patient_sees_the_progress(self) -> None:
        ana = self.enter(ANA)
        assert ana.go("/progress") == 200
        assert "Oswestry" in ana.text()
        rosa = self.enter("111")
        rosa.go("/progress")
        assert rosa.frame.locator("main svg").count() >= 1

    def control_has_the_brochure_and_the_questions(self) -> None:
        luis = self.enter(LUIS)
        assert luis.go("/brochure") == 200
        assert luis.go("/questions") == 200
        for path in ("/programme", "/programme/education", "/diary", "/progress", "/exercises/x"):
            assert luis.go(path) == 403, path
        luis.go("/today")
        words = luis.frame.content()
        assert "/programme" not in words
        assert "/diary" not in words

    def reminders_are_planned_and_taken_back(self) -> None:
        ana = self.enter(ANA)
        ana.go("/messages")
        ana.fill(address="55 0000 0001")
        ana.frame.locator('[name="agree"]').check()
        with ana.leads_to("/messages"):
            ana.submit()
        self.sites.clock.move(days=1)
        self.sites.remind()
        key = self.sites.participant(ANA)
        planned = self.rows(OutboxMessage, participant_id=key)
        assert [(row.kind, row.state) for row in planned] == [("diary_due", State.PLANNED)]
        ana = self.enter(ANA)
        ana.go("/diary")
        self._no_symptom(ana)
        with ana.leads_to("/.*"):
            ana.submit()
        left = self.rows(OutboxMessage, participant_id=key)
        assert [row.state for row in left] == [State.CANCELLED]

    def staff_see_how_they_do(self) -> None:
        staff = self.enter(STAFF)
        staff.go("/staff/")
        assert "Ana Plantada" in staff.text()
        row = staff.frame.locator("tr", has_text="Ana Plantada").inner_text()
        assert "1" in row
        staff.go(f"/staff/participants/{self.sites.participant(ANA)}")
        assert "Hoy me moví mejor" in staff.frame.content()
        visitor = self.enter(EVA)
        assert visitor.frame.locator("main a[href*='/staff']").count() == 0

    def assessor_sees_codes_and_downloads(self) -> None:
        assessor = self.enter(ASSESSOR)
        codes = {row.code for row in self.rows(Participant)}
        assert all(code in assessor.text() for code in codes)
        for word in ("Plantad", "Telerrehabilitación", "convencional"):
            assert word not in assessor.frame.content().replace("Evaluación Plantada", "")
        table = self._download(assessor, "csv")
        with zipfile.ZipFile(io.BytesIO(table)) as files:
            words = b"".join(files.read(name) for name in files.namelist()).decode("utf-8-sig")
        paper = "".join(
            page.extract_text()
            for page in PdfReader(io.BytesIO(self._download(assessor, "pdf"))).pages
        )
        for told in (words, paper):
            assert all(person not in told for person in ("Plantad", "Ana", "Luis"))
            assert TREATED not in told
        assert "odi" in words.lower()
        assert "ODI" in paper or "Oswestry" in paper

    def _download(self, assessor: Visitor, kind: str) -> bytes:
        assessor.go("/assessor/")
        form = f"main form[action$='/assessor/export']:has([value='{kind}'])"
        button = assessor.frame.locator(f"{form} button").first
        button.click()
        waiting = assessor.frame.locator("[data-look-again=yes]")
        waiting.wait_for()
        exporting.make_all(self.sites.tool)
        ready = assessor.frame.locator("main a[href$='/file']")
        with assessor.page.expect_download() as started:
            ready.click()
        saved: Download = started.value
        assert saved.suggested_filename.isascii()
        return saved.path().read_bytes()

    def rows(self, table: type, **equal: object) -> list:
        """Return rows as they are stored now."""
        with self.sites.tool.database.reading() as session:
            return list(session.query(table).filter_by(**equal))


def test_what_was_sent_is_in_the_file_of_the_console(own_sites: TwoSites):
    """Rosa agreed; at six in the evening her message is written, without her family name."""

    with own_sites.tool.database.writing() as session:
        factories.contact(session, own_sites.participant("111"), "+52 55 0000 0111")
    own_sites.remind()
    own_sites.clock.move(hours=6, minutes=2)
    own_sites.remind()
    with open(own_sites.tool.settings.of_channels["console_sink"], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]

    assert len(lines) == 1
    assert "Rosa" in json.dumps(lines[0])
    assert "Plantada" not in json.dumps(lines[0])
