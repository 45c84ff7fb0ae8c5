"""Somebody in front of the LMS: launches the tool in its frame and works there by what they see."""

import gettext
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Locator, Page, Response

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Kind
from modules.study.protocol import Protocol
from tests.browser import axe
from tests.browser.two_sites import TwoSites

OURS = re.compile(r"^(http://localhost:\d+/t/\w+)/")
PATIENCE_MS = 45_000
SPANISH = gettext.translation("messages", str(resources.files("plugin") / "translations"), ["es"])
UNFOLD = """e => {
  for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
}"""
EXPECTED = ("Failed to load resource",)
"""What Chromium writes into the console for every answer of 400 and more; status is looked at."""


@dataclass
class InFrame:
    """One page of a browser with a platform in it and the tool in the platform's frame.

    `words`: what buttons and links are called here, from their English names.
    """

    page: Page
    words: Callable[[str], str] = field(default=str, kw_only=True)
    answers: list[Response] = field(default_factory=list, kw_only=True)
    complaints: list[str] = field(default_factory=list, kw_only=True)

    def __post_init__(self) -> None:
        """Take note of every answer and complaint from now on."""
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("response", self._notice)
        self.page.on("console", self._hear)

    def _notice(self, answer: Response) -> None:
        self.answers.append(answer)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)

    @property
    def frame(self) -> Frame:
        """The tool's frame."""
        for _ in range(150):
            found = [frame for frame in self.page.frames if OURS.match(frame.url)]
            if found:
                return found[0]
            self.page.wait_for_timeout(100)
        raise AssertionError(f"no tool in the frame: {[f.url for f in self.page.frames]}")

    @property
    def base(self) -> str:
        """The address below which this launch lives."""
        match = OURS.match(self.frame.url)
        assert match is not None
        return match[1]

    @property
    def path(self) -> str:
        """Where the tool is, below the launch's prefix."""
        return self.frame.url.removeprefix(self.base)

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.frame.locator("main")

    def text(self) -> str:
        """Return the words of the page."""
        return self.main.inner_text()

    def go(self, path: str) -> int:
        """Type an address of this launch; return the status of the answer."""
        answer = self.frame.goto(f"{self.base}{path}")
        assert answer is not None
        return answer.status

    @contextmanager
    def leads_to(self, path: str) -> Iterator[None]:
        """What is done inside ends on an address that matches this pattern."""
        with self.frame.expect_navigation(url=re.compile(rf"{re.escape(self.base)}{path}$")):
            yield

    def press(self, name: str) -> None:
        """Press the button with this name, given in English."""
        self.frame.get_by_role("button", name=self.words(name)).first.click()

    def follow(self, name: str) -> None:
        """Follow the link with this name, given in English."""
        self.frame.get_by_role("link", name=self.words(name)).first.click()

    def fill(self, **fields: str) -> None:
        """Fill fields by the name they are sent under; radios and boxes by their value."""
        for name, value in fields.items():
            found = self.frame.locator(f'[name="{name}"]')
            found.first.evaluate(UNFOLD)
            kind = found.first.get_attribute("type") or found.first.evaluate("e => e.tagName")
            if kind in ("radio", "checkbox"):
                self.frame.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "SELECT":
                found.select_option(value)
            else:
                found.fill(value)

    def answer(self, instrument: str, level: int) -> None:
        """Fill a questionnaire from its first question to its end; `level`: 0 to 100."""
        questions = [i for i in INSTRUMENTS[instrument].items if i.kind is not Kind.TEXT]
        stepwise = INSTRUMENTS[instrument].one_per_screen and len(questions) > 1
        for place, item in enumerate(questions, 1):
            value = round(item.minimum + (item.maximum - item.minimum) * level / 100)
            self.fill(**{item.key: str(value)})
            if stepwise:
                following = "review" if place == len(questions) else str(place + 1)
                with self.leads_to(rf".*[?&]q={following}"):
                    self.submit()
        with self.frame.expect_navigation(url=lambda url: f"/{instrument}" not in url):
            self.submit()

    def record_consent(self, page: str, signed_on: date) -> None:
        """As staff, record the signed consent of the participant whose page this is."""
        assert self.go(f"{page}/consent") == 200
        self.fill(version="CI-2.0", signed_on=signed_on.isoformat())
        with self.leads_to(page):
            self.press("Save")

    def record_screening(self, page: str, protocol: Protocol) -> None:
        """As staff, record a screening form that meets every criterion of the trial."""
        assert self.go(f"{page}/screening") == 200
        self.fill(age_years="41", sex="female", height_cm="160", weight_kg="64.5")
        self.fill(activity_level="2")
        for criterion in protocol.eligibility.inclusion + protocol.eligibility.exclusion:
            if criterion.rule in ("yes", "no"):
                self.fill(**{f"criterion_{criterion.key}": criterion.rule})
        with self.leads_to(page):
            self.press("Save")

    def submit(self) -> None:
        """Press the button that sends the form of the page."""
        self.frame.locator("main form button[type=submit]:not([name=go])").last.click()

    def until(self, expression: str) -> None:
        """Wait until something is true on the page (its policy forbids Playwright's own way)."""
        for _ in range(PATIENCE_MS // 50):
            if self.frame.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never came true: {expression}")

    def faults(self) -> list[str]:
        """Return what axe finds on the page as it stands, and whether it is too wide."""
        return axe.faults(self.frame)


@dataclass
class Visitor(InFrame):
    """Somebody in front of the demonstration's LMS, in Spanish."""

    sites: TwoSites

    @classmethod
    def arrive(
        cls, sites: TwoSites, context: BrowserContext, person: str, **options: str
    ) -> "Visitor":
        """Choose a person in the LMS and wait until the tool shows their first page."""
        one = cls(context.new_page(), sites, words=SPANISH.gettext)
        one.page.goto(sites.activity(person, **options))
        one.page.wait_for_function("() => window.frames.length === 1", timeout=PATIENCE_MS)
        one.main.wait_for()
        return one
