"""Somebody in front of Moodle: logs in, opens activities, works in the tool's frame."""

from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.browser.conftest import DESKTOP
from tests.browser.person import InFrame
from tests.rigs.moodle.site import PASSWORD, MoodleSite


@dataclass
class InMoodle(InFrame):
    """One page of a browser in which somebody is logged in to Moodle, in English."""

    site: MoodleSite

    @classmethod
    def log_in(cls, site: MoodleSite, chromium: Browser, username: str) -> "InMoodle":
        """Log in, in a browser of one's own."""
        one = cls(chromium.new_context(viewport=DESKTOP).new_page(), site)
        one.visit("/login/index.php")
        # Moodle's scripts clear what was typed before they were ready.
        one.page.fill("#username", username)
        one.page.fill("#password", PASSWORD)
        one.page.click("#loginbtn")
        one.page.wait_for_url("**/my/**")
        return one

    def visit(self, path: str) -> None:
        """Open a page of Moodle and wait until its scripts have done their work."""
        self.page.goto(f"{self.site.url}{path}")
        self.page.wait_for_load_state("networkidle")

    def activities(self, course: int) -> dict[str, str]:
        """Return the activities of the tool in a course: path by name."""
        self.visit(f"/course/view.php?id={course}")
        links = self.page.locator("a.aalink[href*='/mod/lti/view.php']").all()
        return {
            str(link.inner_text()).split("\n")[0].strip(): str(
                link.get_attribute("href")
            ).removeprefix(self.site.url)
            for link in links
        }

    def open(self, activity: str) -> None:
        """Open an activity by its path and wait until the tool shows its first page."""
        self.page.goto(f"{self.site.url}{activity}")
        self.main.wait_for()

    def enter_participant(self, name: str) -> str:
        """As staff, open the page of a participant by name; return its path in the tool."""
        self.go("/staff/people")
        with self.leads_to("/staff/participants/[0-9a-f-]+"):
            self.frame.get_by_role("link", name=name).first.click()
        return self.path

    def waiting(self) -> list[str]:
        """As staff, return whom the page People offers to enrol."""
        self.go("/staff/people")
        return [str(each) for each in self.frame.locator(".form-list li > span").all_inner_texts()]

    def choose_the_tool(self) -> None:
        """As a teacher on a course's page, add an activity until the tool asks what to place."""
        switch = self.page.get_by_label("Edit mode", exact=True)
        if not switch.is_checked():
            with self.page.expect_navigation():
                switch.click()
        self.page.wait_for_load_state("networkidle")
        self.press_in_moodle("Add an activity or resource")
        with self.page.expect_navigation():
            self.page.locator(".modchooser a", has_text="Columna").first.click()
        self.page.wait_for_load_state("networkidle")
        self.press_in_moodle("Select content")

    def press_in_moodle(self, name: str) -> None:
        """Press a button of Moodle's own."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def shown(self, path: str) -> str:
        """Return what Moodle sends for an address, whole; neither a refusal nor its login."""
        answer = self.page.request.get(f"{self.site.url}{path}", max_redirects=0)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.text()
