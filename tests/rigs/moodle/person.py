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
            str(link.inner_text()).split("\n")[0].strip(): str(link.get_attribute("href")).removeprefix(self.site.url)
            for link in links
        }

    def open(self, activity: str) -> None:
        """Open an activity by its path and wait until the tool shows its first page."""
        self.page.goto(f"{self.site.url}{activity}")
        self.main.wait_for()

    def press_in_moodle(self, name: str) -> None:
        """Press a button of Moodle's own."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def shown(self, path: str) -> str:
        """Return what Moodle sends for an address, whole."""
        answer = self.page.request.get(f"{self.site.url}{path}")
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.text()
