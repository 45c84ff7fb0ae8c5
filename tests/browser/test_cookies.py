"""Where a browser lets no frame keep a cookie, the tool says so and opens in its own window."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import PHONE
from tests.browser.person import Visitor
from tests.browser.two_sites import JUAN, ROSA, STAFF, TwoSites

OTHER_SITE = "http://127.0.0.2:1/"


@pytest.fixture
def no_cookies(sites: TwoSites, with_preferences: Callable[..., BrowserContext]) -> BrowserContext:
    """A browser that refuses the tool every cookie inside the LMS's pages, partitioned or not."""
    pattern = f"{sites.tool_url},{sites.lms_url}"
    refused = {"cookies": {pattern: {"setting": 2}}}
    return with_preferences({"content_settings": {"exceptions": refused}})


def in_a_window_of_its_own(sites: TwoSites, context: BrowserContext, person: str) -> Page:
    """Choose a person, press the button that the frame shows, return the new window."""
    page = context.new_page()
    page.goto(sites.activity(person))
    button = page.frame_locator("#contentframe").get_by_role("button")
    button.wait_for()
    with context.expect_page() as opened:
        button.click()
    opened.value.wait_for_url(re.compile(r"/t/\w+/"))
    return opened.value


def test_a_new_window_works_where_no_cookie_is_possible(sites, no_cookies):
    window = in_a_window_of_its_own(sites, no_cookies, JUAN)
    assert "/today" in window.url

    window.get_by_role("link", name="Folleto").first.click()
    window.wait_for_url(re.compile("/brochure$"))
    assert window.locator("h1").count() == 1


def test_a_form_sent_from_the_new_window_is_saved(sites, no_cookies):
    window = in_a_window_of_its_own(sites, no_cookies, ROSA)
    window.goto(re.sub(r"/today$", "/messages", window.url))
    window.locator('[name="address"]').fill("55 0000 0111")
    window.locator('[name="agree"]').check()
    window.locator("main form button[type=submit]").last.click()
    window.wait_for_url(re.compile("/messages$"))

    assert "0111" in window.locator("main").inner_text()


def test_the_frame_kept_no_cookie_of_the_tool(sites, no_cookies):
    page = no_cookies.new_page()
    page.goto(sites.activity(STAFF))
    page.frame_locator("#contentframe").get_by_role("button").wait_for()

    assert [c for c in no_cookies.cookies() if c["domain"] == "localhost"] == []


@pytest.mark.parametrize("flag", ["--test-third-party-cookie-phaseout"])
def test_it_works_where_third_party_cookies_have_been_phased_out(sites, with_preferences, flag):
    one = Visitor.arrive(sites, with_preferences({}, flag), JUAN)

    assert one.path == "/today"
    assert one.go("/questions") == 200


def test_every_cookie_of_the_tool_is_kept_to_its_launch_and_its_site(sites, chromium):
    context = chromium.new_context(viewport=PHONE)
    Visitor.arrive(sites, context, JUAN)
    cookies = [c for c in context.cookies() if c["domain"] == "localhost"]

    assert cookies
    for cookie in cookies:
        assert cookie["name"].startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "None"
        assert cookie["partitionKey"] == "http://127.0.0.1"
    context.close()


def test_the_address_of_a_launch_opens_nothing_in_another_browser(sites, chromium):
    context, other = chromium.new_context(), chromium.new_context()
    one = Visitor.arrive(sites, context, JUAN)
    answer = other.new_page().goto(f"{one.base}/today")

    assert answer.status == 401
    context.close()
    other.close()


def test_two_people_in_two_tabs_keep_to_themselves(sites, chromium):
    context = chromium.new_context(viewport=PHONE)
    staff = Visitor.arrive(sites, context, STAFF)
    patient = Visitor.arrive(sites, context, JUAN)

    assert staff.go("/staff/") == 200
    assert patient.go("/today") == 200
    assert patient.go("/staff/") == 403
    context.close()


def test_no_other_site_may_show_the_tool(sites, chromium):
    context = chromium.new_context(viewport=PHONE)
    one = Visitor.arrive(sites, context, JUAN)
    page = context.new_page()
    html = f'<iframe src="{one.base}/today"></iframe>'
    page.route(OTHER_SITE, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(OTHER_SITE)
    (inside,) = page.frames[1:]
    inside.wait_for_url("chrome-error://**")

    assert inside.locator("main").count() == 0
    context.close()


NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage',"
    " {get() { throw new DOMException('denied', 'SecurityError'); }});"
)


def test_a_diary_is_saved_after_the_session_was_lost_where_nothing_can_be_kept(sites, chromium):
    context = chromium.new_context(viewport=PHONE)
    context.add_init_script(NO_STORAGE)
    one = Visitor.arrive(sites, context, ROSA)
    assert one.go("/diary") == 200
    one.fill(did="part", minutes="17")
    context.clear_cookies()
    one.frame.get_by_role("button", name="Guardar").click()
    one.frame.get_by_text("Lo que escribiste está guardado").wait_for()

    assert "Abre otra vez esta actividad desde tu curso" in one.main.inner_text()
    assert one.complaints == []
