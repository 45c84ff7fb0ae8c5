"""A participant who opens the course on a telephone every day and does what Today says.

Every page that comes up is looked at: its answers, its console, its width, its language, and what
axe finds on it. Axe is asked once for every kind of page, and again whenever a page brings an
element that it has not seen yet.
"""

import os
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from playwright.sync_api import BrowserContext

from tests.browser import six_weeks_clinic as clinic
from tests.browser.person import SPANISH, Visitor
from tests.browser.six_weeks_clinic import Taking, day_of, moment_of
from tests.browser.two_sites import TwoSites

PICTURES = os.environ.get("COLUMNA_PICTURES")
"""Folder into which every page that is looked at is photographed; without it none is."""
STATE = """() => ({
  lang: document.documentElement.lang,
  words: document.querySelector("main").innerText,
  headings: [...document.querySelectorAll("h1")].map(e => e.innerText),
  wide: document.documentElement.scrollWidth > window.innerWidth,
  parts: [...new Set([...document.querySelectorAll("body *")]
    .map(e => e.tagName + "." + [...e.classList].sort().join(".")))],
  links: [...document.querySelectorAll("a[href]")].map(e => e.getAttribute("href")),
})"""
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|(?<=q=)\w+")
KINDS = (
    (re.compile(r"^/exercises/\w+"), "/exercises/x"),
    (re.compile(r"^/programme/\w+/quiz"), "/programme/x/quiz"),
    (re.compile(r"^/programme/\w+/\w+"), "/programme/x/y"),
    (re.compile(r"^/programme/\w+"), "/programme/x"),
)
LEFTOVERS = re.compile(r"%\(|\{\{|\{[a-z_]+\}|\bundefined\b|\bnan\b|\[object")
"""What a page shows where a value is missing."""
LONG_WORDS = 15
ENGLISH = tuple(
    said
    for said, told in SPANISH._catalog.items()
    if isinstance(said, str) and len(said) >= LONG_WORDS and "%" not in said and said != told
)
SPANISH_SIGNS = re.compile("[¿¡ñáéíóú]")
NAMES = re.compile("Español|Clínica de prueba|Línea de la Vida|México|SAPTEL")
LESSON = "main a[href*='/programme/']:not([href$='/programme'])"


def long_date(day: date, language: str) -> str:
    """Return a date as the pages write it."""
    if language == "es":
        return format_date(day, "EEEE d 'de' MMMM", locale="es_MX")
    return format_date(day, "EEEE d MMMM", locale="en")


@dataclass
class Walker(Visitor):
    """One participant and their telephone; `known` is shared by everybody of one run."""

    who: Taking | None = None
    name: str = ""
    language: str = "es"
    number: int = 0
    """Study day."""
    known: dict[str, set[str]] = field(default_factory=dict)
    """What axe has seen: by kind of page, and under the empty name altogether."""
    wrong: list[str] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    allowed: frozenset[int] = frozenset()
    """Statuses of 400 and more that the step under way is meant to have."""

    def day(self, number: int, *, launch: bool = False) -> str:
        """Open the course on a study day, from the LMS or in a tab; return what Today says."""
        self.number = number
        self.sites.clock.set(moment_of(number))
        if launch:
            options = {"lang": self.language, "container": "top"}
            self.page.goto(self.sites.activity(self.who.person, **options))
            self.page.wait_for_url("**/today")
        else:
            ref, secret = clinic.open_tab(self.sites, self.who, self.language)
            self.page.context.clear_cookies()
            self.page.context.add_cookies([clinic.cookie_of(ref, secret)])
            self.page.goto(f"{self.sites.tool_url}/t/{ref}/today")
        words = self.look()
        if long_date(day_of(number), self.language) not in self.state["headings"][0]:
            self.fault(f"Today says {self.state['headings'][0]!r}")
        return words

    def fault(self, words: str) -> None:
        """Keep what is wrong, with where and when."""
        self.wrong.append(f"{self.name} day {self.number} {self.path}: {words}")

    def open(self, path: str) -> str:
        """Open a page, look at it and return its words."""
        self.go(path)
        return self.look()

    def refused(self, path: str) -> str:
        """Open a page that is shut, look at what it says and return that."""
        self.allowed = frozenset({403})
        if (status := self.go(path)) != 403:
            self.fault(f"{path} answers {status}, not 403")
        words = self.look()
        self.allowed = frozenset()
        return words

    def follow_to(self, selector: str) -> bool:
        """Follow the first link that fits, as a finger would; say whether there was one."""
        link = self.frame.locator(selector).first
        if link.count() == 0:
            return False
        with self.page.expect_navigation():
            link.click()
        self.look()
        return True

    def send(self, name: str) -> str:
        """Press the button with this name, given in English; return the words that come."""
        with self.page.expect_navigation():
            self.press(name)
        return self.look()

    def look(self) -> str:
        """Look at the page as it stands and return its words."""
        self.state = self.frame.evaluate(STATE)
        words, kind = self.state["words"], self.kind()
        self.visited[kind] = self.visited.get(kind, 0) + 1
        if found := LEFTOVERS.search(words):
            self.fault(f"shows {found[0]!r}")
        if found := self._other_language(words):
            self.fault(f"not in {self.language}: {found!r}")
        if not self.state["lang"].startswith(self.language):
            self.fault("says that it is in another language")
        if len(self.state["headings"]) != 1:
            self.fault("not one heading")
        if self.state["wide"]:
            self.fault("wider than the telephone")
        self._answers()
        everywhere, parts = self.known.setdefault("", set()), set(self.state["parts"])
        if kind not in self.known or not parts <= everywhere:
            self.known[kind] = parts
            everywhere |= parts
            for fault in self.faults():
                self.fault(fault)
        self._photograph()
        return words

    def kind(self) -> str:
        """Return the kind of page this is, whatever it is about."""
        path = IDS.sub("*", self.path)
        return next((name for found, name in KINDS if found.match(path)), path)

    def _other_language(self, words: str) -> str | None:
        if self.language == "es":
            said = next((said for said in ENGLISH if said in words), None)
            return said or ("None" if re.search(r"\bNone\b", words) else None)
        found = SPANISH_SIGNS.search(NAMES.sub("", words))
        return found and words[max(0, found.start() - 20) : found.end() + 20]

    def _answers(self) -> None:
        for answer in self.answers:
            if answer.status >= 400 and answer.status not in self.allowed:
                self.fault(f"{answer.url} answers {answer.status}")
        for complaint in self.complaints:
            self.fault(complaint)
        self.answers.clear()
        self.complaints.clear()

    def _photograph(self) -> None:
        if PICTURES:
            folder = Path(PICTURES) / self.name
            folder.mkdir(parents=True, exist_ok=True)
            count = len(list(folder.iterdir()))
            place = re.sub(r"\W+", "-", IDS.sub("", self.path)).strip("-")[:60]
            file = folder / f"{count:03}-day{self.number:02}-{place}.png"
            self.page.screenshot(path=file, full_page=True)

    # What a day asks for -------------------------------------------------------------------

    def answer_what_waits(self, level: int) -> list[str]:
        """Answer every questionnaire that Today names; return which."""
        answered: list[str] = []
        while self.follow_to("main a[href*='/questions/']"):
            instrument = self.path.partition("?")[0].rsplit("/", 1)[1]
            if instrument in answered:
                self.fault(f"{instrument} is asked again")
                break
            answered.append(instrument)
            self.answer(instrument, level)
            self.look()
            if not self.path.startswith("/today"):
                self.open("/today")
        return answered

    def read_a_lesson(self) -> bool:
        """Read the lesson that Today names to its end."""
        if not self.follow_to(LESSON):
            return False
        self.send("Done, go on")
        self.go("/today")
        return True

    def do_the_exercises(self) -> int:
        """Open the session of Today and its exercises, each one in turn; return how many."""
        count = 0
        if not self.follow_to("main a[href$='/exercises/session']"):
            return count
        following = ".lesson-list a[href*='/exercises/']"
        while self.follow_to(following):
            count += 1
            assert count < 40, "the exercises never end"
            following = ".exercise-next a[href*='/exercises/']"
        if count and not self.frame.locator(".exercise-next a[href$='/diary']").count():
            self.fault("after the last exercise nothing leads to the diary")
        return count

    def write_the_diary(
        self, pain: int, *, day: date | None = None, note: str = "", leg: bool = False
    ) -> str:
        """Write an entry the way its page offers it; return the words of the page that follows."""
        self.open(f"/diary/{day.isoformat()}" if day else "/diary")
        ticks = self.frame.locator("[data-today] input[type=checkbox]")
        if ticks.count():
            self.fill(did="all")
        self.fill(minutes="20" if ticks.count() else "0", effort="3")
        self.fill(pain_before_mm=str(pain), pain_after_mm=str(max(0, pain - 4)))
        self.fill(news="yes" if leg else "no")
        if leg:
            self.fill(symptoms="leg")
        if note:
            self.fill(note=note)
        return self.send("Save")


def walker(
    sites: TwoSites,
    context: BrowserContext,
    who: Taking,
    name: str,
    language: str,
    known: dict[str, set[str]],
) -> Walker:
    """Return somebody with a telephone of their own."""
    page = context.new_page()
    words = SPANISH.gettext if language == "es" else str
    return Walker(page, sites, who, words=words, name=name, language=language, known=known)
