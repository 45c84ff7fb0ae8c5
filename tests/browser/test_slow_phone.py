"""The long profile: a slow telephone on a slow line, nothing in its cache.

1.6 Mbit/s, 150 ms, a processor four times slower. A patient's page shows its main content within
1.5 s and asks for at most 120 kB in at most 8 requests, the film aside; the staff's overview within
2 s.
"""

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.browser.conftest import PHONE
from tests.browser.person import Visitor
from tests.browser.two_sites import JUAN, ROSA, STAFF, TwoSites

pytestmark = pytest.mark.long

TEAMS_MS = 2000
"""For the overview of the staff, who sit at a desk."""
LATENCY_MS, BITS_PER_S, SLOWER = 150, 1_600_000, 4
MOST_MS, MOST_BYTES, MOST_REQUESTS = 1500, 120_000, 8
OF_A_COOKIE = ("name", "value", "domain", "path", "secure", "httpOnly", "sameSite")
FILMS = (".mp4", ".webm")
PAINTED = """() => new Promise(resolve => {
  new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => resolve(-1), 5000);
})"""
PAGES = {
    ROSA: (
        "/today",
        "/programme",
        "/programme/education",
        "/programme/education/what_is_it",
        "/exercises/e5_walk",
        "/exercises/",
        "/exercises/session",
        "/diary",
        "/progress",
        "/questions",
        "/questions/week_2/vas_pain",
        "/messages",
        "/warning",
    ),
    JUAN: ("/today", "/brochure", "/questions", "/questions/week_2/odi"),
    STAFF: ("/staff/",),
}


@pytest.mark.parametrize(
    ("person", "path"), [(person, path) for person, paths in PAGES.items() for path in paths]
)
def test_a_page_is_there_at_once(sites: TwoSites, chromium: Browser, person, path):
    context = chromium.new_context(viewport=PHONE)
    visitor = Visitor.arrive(sites, context, person)
    base, page = visitor.base, context.new_page()
    # Measured by itself: the cookie goes along as if the tool stood in its own window.
    kept = [c for c in context.cookies() if c["domain"] == "localhost"]
    context.add_cookies([{name: c[name] for name in OF_A_COOKIE} for c in kept])
    slow = context.new_cdp_session(page)
    _slow_down(slow)
    sizes: dict[str, float] = {}
    asked: dict[str, str] = {}
    slow.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: _url(e)}))
    slow.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: _size(e)}))
    answer = page.goto(f"{base}{path}")
    painted = page.evaluate(PAINTED)
    page.wait_for_load_state("networkidle")
    context.close()
    # The player's own buttons are pictures that lie in the browser (data:), not on the line.
    sent = {key: url for key, url in asked.items() if url.startswith("http")}
    counted = [key for key, url in sent.items() if not url.split("#")[0].endswith(FILMS)]

    assert answer.status == 200
    assert 0 < painted <= (TEAMS_MS if person == STAFF else MOST_MS)
    assert sum(sizes.get(key, 0) for key in counted) <= MOST_BYTES
    assert len(counted) <= MOST_REQUESTS


def _slow_down(session: CDPSession) -> None:
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BITS_PER_S / 8,
            "uploadThroughput": BITS_PER_S / 8,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _url(event: dict[str, dict[str, str]]) -> str:
    return event["request"]["url"]


def _size(event: dict[str, float]) -> float:
    return event["encodedDataLength"]
