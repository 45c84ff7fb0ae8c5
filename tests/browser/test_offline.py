"""Without a network: what a person kept on the device works there, and is nobody else's."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from modules.records.models import DiaryEntry
from tests.browser import axe
from tests.browser.conftest import PHONE
from tests.browser.person import Visitor
from tests.browser.test_slow_phone import OF_A_COOKIE
from tests.browser.two_sites import JUAN, ROSA, TwoSites, running

KEPT = """async () => {
  const names = (await caches.keys()).filter(each => each.startsWith("columna-offline:"));
  const found = await Promise.all(names.map(async name => (await (await caches.open(name)).keys())
    .map(each => new URL(each.url).pathname)));
  return found.flat();
}"""
SCOPES = """async () => (await navigator.serviceWorker.getRegistrations())
  .map(each => new URL(each.scope).pathname)"""


@pytest.fixture
def phone(chromium: Browser) -> BrowserContext:
    context = chromium.new_context(viewport=PHONE)
    yield context
    context.close()


@pytest.fixture(scope="module")
def own_sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    """Both sites for the tests of this file that change something; the last one moves the clock."""
    with running(tmp_path_factory.mktemp("offline")) as started:
        yield started


def launched(sites: TwoSites, phone: BrowserContext, person: str) -> str:
    """Return the address of a launch by somebody on this phone, in a window of its own."""
    visitor = Visitor.arrive(sites, phone, person)
    base = visitor.base
    visitor.page.close()
    kept = [c for c in phone.cookies() if c["domain"] == "localhost"]
    phone.add_cookies([{name: c[name] for name in OF_A_COOKIE} for c in kept])
    return base


@pytest.fixture
def come(sites: TwoSites, phone: BrowserContext) -> Callable[[str], str]:
    """Return how somebody launches the tool on this phone where nothing changes."""
    return partial(launched, sites, phone)


def until(page: Page, script: str, wanted: Callable[[Any], bool]) -> None:
    """Ask the page again until it answers as wanted; its own rules forbid it to be made to wait."""
    for _ in range(100):
        if wanted(page.evaluate(script)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(script))


def keep(phone: BrowserContext, base: str) -> Page:
    page = phone.new_page()
    page.goto(f"{base}/exercises/session")
    page.locator("[data-offline-keep]").click()
    page.locator("[data-offline-kept]").wait_for()
    return page


def test_todays_session_and_its_films_are_there_without_a_network(phone, come):
    base = come(ROSA)
    page = keep(phone, base)
    assert re.search(r"hasta las? \d+:\d\d", page.locator("[data-offline-kept]").inner_text())
    phone.set_offline(True)
    page.goto(f"{base}/today")
    page.locator("main a[href$='/exercises/session']").first.click()
    page.locator("[data-begin]").click()
    film = page.locator("[data-film] video")
    film.wait_for()
    until(page, "document.querySelector('[data-film] video').readyState", lambda state: state >= 2)
    film.evaluate("video => { video.currentTime = video.duration / 2; }")
    until(page, "document.querySelector('[data-film] video').seeking", lambda seeks: not seeks)
    assert film.evaluate("video => video.error") is None


def test_a_page_that_is_not_kept_says_so_and_what_is(phone, come):
    base = come(ROSA)
    page = keep(phone, base)
    phone.set_offline(True)
    page.goto(f"{base}/programme/education")
    assert page.locator("h1").inner_text() == "No hay conexión en este momento"
    assert axe.faults(page) == []
    page.locator("a[href$='/warning']").click()
    assert page.locator("h1").inner_text() == "Tengo una señal de alarma"


def test_a_diary_written_there_is_sent_once_and_a_second_one_is_another(phone, own_sites):
    base = launched(own_sites, phone, ROSA)
    page = keep(phone, base)
    phone.set_offline(True)
    for minutes in ("11", "12"):
        page.goto(f"{base}/exercises/session")
        day = page.locator("form[data-diary]").get_attribute("data-diary")
        page.goto(f"{base}/diary/{day}")
        page.locator("#did-part").check()
        page.locator("#minutes").fill(minutes)
        page.locator("#exercises-1").check()
        page.locator("form[data-diary] button[type=submit]").click()
        page.locator("[data-kept] [role=status]", has_text="aún sin enviar").wait_for()
        phone.set_offline(False)
        page.locator("[data-kept] [role=status]", has_text="se envió").wait_for()
        phone.set_offline(True)
    with own_sites.tool.database.reading() as session:
        written = list(session.scalars(select(DiaryEntry.minutes)))
    assert [(minutes, written.count(minutes)) for minutes in (11, 12)] == [(11, 1), (12, 1)]


def test_a_warning_from_a_page_that_was_kept_is_a_new_one_each_time(phone, come):
    base = come(ROSA)
    page = keep(phone, base)
    phone.set_offline(True)
    keys = set()
    for _ in range(2):
        page.goto(f"{base}/warning")
        keys.add(page.locator("[name=client_key]").first.input_value())
    assert len(keys) == 2


def test_whoever_comes_next_finds_nothing_of_it(phone, come):
    page = keep(phone, come(ROSA))
    assert page.evaluate(KEPT)
    base = come(JUAN)
    page.goto(f"{base}/today")
    until(page, KEPT, lambda kept: not kept)
    assert page.evaluate(SCOPES) == []


def test_a_new_session_of_the_same_person_takes_their_pages_anew(phone, come):
    first = come(ROSA)
    page = keep(phone, first)
    films = [path for path in page.evaluate(KEPT) if "/media/" in path]
    assert films
    second = come(ROSA)
    path = re.sub(r"^http://[^/]+", "", second)
    page.goto(f"{second}/today")
    until(page, SCOPES, lambda scopes: f"{path}/" in scopes)
    kept = page.evaluate(KEPT)
    assert f"{path}/today" in kept
    assert not [one for one in kept if one.startswith("/t/") and not one.startswith(f"{path}/")]
    assert [one for one in kept if "/media/" in one] == films
    assert sorted(page.evaluate(SCOPES)) == ["/open", f"{path}/"]


def test_no_page_of_another_launch_is_ever_answered_from_it(phone, come):
    first, second = come(ROSA), come(ROSA)
    page = keep(phone, first)
    phone.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{second}/today")


def test_when_the_session_is_over_nothing_stays(phone, own_sites):
    base = launched(own_sites, phone, ROSA)
    page = keep(phone, base)
    own_sites.clock.move(hours=13)
    page.goto(f"{base}/today")
    until(page, KEPT, lambda kept: not kept)
    assert page.evaluate(SCOPES) == ["/open"]


def test_over_by_the_clock_it_is_shown_no_more_without_a_network_either(phone, come):
    base = come(ROSA)
    page = keep(phone, base)
    page.evaluate(
        """async () => {
          const [name] = await caches.keys();
          const cache = await caches.open(name);
          const about = await (await cache.match("/offline-about")).json();
          await cache.put("/offline-about", Response.json({...about, until: Date.now() - 1}));
        }"""
    )
    phone.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"{base}/today")


def test_inside_a_frame_that_keeps_nothing_it_is_said_where_it_can_be_kept(phone, sites):
    visitor = Visitor.arrive(sites, phone, ROSA)
    visitor.go("/exercises/session")
    card = visitor.frame.locator("[data-offline]")
    card.wait_for()
    assert "en una ventana propia" in card.inner_text()
    assert visitor.frame.locator("[data-offline-keep]").is_hidden()
    assert visitor.faults() == []


def test_it_can_be_removed_at_once(phone, come):
    page = keep(phone, come(ROSA))
    page.locator("[data-offline-remove]").click()
    page.locator("[data-offline-offer]").wait_for()
    assert page.evaluate(KEPT) == []
    assert page.evaluate(SCOPES) == []


def test_what_was_removed_can_be_kept_again_and_what_is_missing_added(phone, come):
    base = come(ROSA)
    page = keep(phone, base)
    page.reload()  # from now on the worker answers for this page
    page.locator("[data-offline-remove]").click()
    page.locator("[data-offline-offer]").wait_for()
    page.locator("[data-offline-keep]").click()
    page.locator("[data-offline-kept]").wait_for()
    page.reload()
    film = next(path for path in page.evaluate(KEPT) if path.endswith(".jpg"))
    page.evaluate(
        "async path => { const [name] = await caches.keys();"
        " await (await caches.open(name)).delete(path); }",
        film,
    )
    page.reload()
    page.locator("[data-offline-more]").wait_for()
    page.locator("[data-offline-keep]").click()
    page.locator("[data-offline-more]").wait_for(state="hidden")
    assert film in page.evaluate(KEPT)
    phone.set_offline(True)
    page.goto(f"{base}/today")
    assert page.locator("h1").inner_text().startswith("Hoy")


def test_the_icon_on_the_home_screen_leads_to_what_is_kept_or_to_the_course(phone, come, sites):
    base = come(ROSA)
    page = phone.new_page()
    page.goto(f"{sites.tool_url}/open")
    assert not page.locator("[data-go-on]").is_visible()
    assert page.locator(f"main a[href='{sites.lms_url}']").is_visible()
    assert axe.faults(page) == []
    keep(phone, base).close()
    phone.set_offline(True)
    page.goto(f"{sites.tool_url}/open")
    page.locator("[data-go-on]").click()
    page.wait_for_url(f"{base}/today")


def test_the_page_that_is_opened_says_how_it_is_installed(phone, come):
    page = phone.new_page()
    page.goto(f"{come(ROSA)}/today")
    said = page.request.get(page.locator("link[rel=manifest]").evaluate("e => e.href")).json()
    assert (said["start_url"], said["display"]) == ("/open", "minimal-ui")
    for icon in said["icons"]:
        answer = page.request.get(page.evaluate("src => new URL(src, location).href", icon["src"]))
        assert answer.headers["content-type"] == icon["type"]
