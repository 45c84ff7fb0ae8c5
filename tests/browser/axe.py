"""What axe finds on a page as it stands, and whether it is wider than its window."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

_SCRIPT = Axe().axe_script
_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_FIND = f"""() => axe.run({json.dumps(_OPTIONS)}).then(found => found.violations.map(
  fault => fault.id + ": " + fault.nodes[0].html.slice(0, 160)))"""
_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


def faults(page: Page | Frame) -> list[str]:
    """Return the rules of WCAG 2.2 AA and of good practice that the page breaks, each with where.

    The script is half a megabyte: it is given to a page once, however often that is looked at.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_FIND)
    return found + ["wider than the window"] * page.evaluate(_WIDE)
