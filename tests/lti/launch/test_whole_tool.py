"""Launch cases on the whole tool: where an accepted launch leads, and what opens without one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lti import keys
from lti.launch.sessions import LIFE
from plugin.demo.lms import claims as platform_claims
from plugin.worker import Tasks
from tests.lti.cases import Saw
from tests.lti.services_kit import LMS
from tests.lti.simulated_platform import CLAIM
from tests.plugin.admin.admin_kit import HTTPS_TOOL as HTTPS
from tests.plugin.admin.admin_kit import ToolAndPlatform, Visit

STAFF_PAGES = ("/staff/", "/staff/people", "/care/alerts", "/today", "/assessor/")
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def whole(tmp_path: Path) -> ToolAndPlatform:
    return ToolAndPlatform(tmp_path)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Let the LMS say something else than it would: `says(lambda claims: …)`."""
    original = platform_claims.lti_claims

    def change_claims(change: Change) -> None:
        def claims(*given: Any, **named: Any) -> dict[str, Any]:
            said = original(*given, **named)
            change(said)
            return said

        monkeypatch.setattr(platform_claims, "lti_claims", claims)

    return change_claims


def with_roles(*roles: str) -> Change:
    return lambda claims: claims.update({CLAIM + "roles": list(roles)})


def opens(visit: Visit) -> list[str]:
    return [path for path in STAFF_PAGES if visit.get(path).status_code == 200]


@pytest.mark.parametrize("roles", [(), ("",), ("https://elsewhere.example/#Instructor",)])
def test_case_48_without_a_known_role_nothing_is_open(
    whole: ToolAndPlatform, says: Callable[[Change], None], saw: Saw, roles: tuple[str, ...]
) -> None:
    says(with_roles(*roles))
    visit = whole.launch("101")
    assert visit.get("/").status_code == 200
    assert opens(visit) == []
    saw("a page that opens nothing")


@pytest.mark.parametrize(
    "role",
    [
        "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
        "urn:lti:sysrole:ims/lis/Administrator",
    ],
)
def test_case_51_an_administrator_sees_no_clinical_page(
    whole: ToolAndPlatform, says: Callable[[Change], None], saw: Saw, role: str
) -> None:
    says(with_roles(role))
    visit = whole.launch("2")
    assert opens(visit) == []
    assert visit.get("/admin/").status_code == 403
    saw("no clinical page")


@pytest.mark.parametrize("person", ["101", "11", "2"])
def test_case_56_without_a_course_there_is_a_page(
    whole: ToolAndPlatform, says: Callable[[Change], None], saw: Saw, person: str
) -> None:
    says(lambda claims: claims.pop(CLAIM + "context"))
    visit = whole.launch(person)
    assert visit.page("/")
    assert opens(visit) == []
    saw("a page of plain words")


def test_case_57_without_a_name_the_list_has_no_gap(
    whole: ToolAndPlatform, says: Callable[[Change], None], saw: Saw
) -> None:
    enroller = whole.enroller()
    says(lambda claims: [claims.pop(name, None) for name in ("name", "given_name", "family_name")])
    whole.launch("101")
    people = enroller.page("/staff/people")
    assert "None" not in people
    assert "Persona sint" not in people
    saw("listed without a name")


class TestSession:
    def status(self, visit: Visit, cookies: dict[str, str]) -> int:
        browser = visit.client.application.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value, domain="localhost")
        answer = browser.get(visit.base + "/staff/", base_url=HTTPS)
        return int(answer.status_code)

    def secret(self, visit: Visit) -> tuple[str, str]:
        name = "__Host-columna-" + visit.base.rpartition("/")[2]
        cookie = visit.client.get_cookie(name, "localhost")
        assert cookie is not None
        return name, cookie.value

    def test_case_82_a_session_opens_with_its_own_cookie_alone(
        self, whole: ToolAndPlatform, saw: Saw
    ) -> None:
        mine, theirs = whole.staff(), whole.launch("12")
        (my_name, my_value), (_name, their_value) = self.secret(mine), self.secret(theirs)
        assert self.status(mine, {my_name: my_value}) == 200
        assert self.status(mine, {}) == 401
        assert self.status(mine, {my_name: their_value}) == 401
        assert self.status(mine, dict([self.secret(theirs)])) == 401
        saw("401 with another's cookie")

    def test_case_82_it_is_over_after_its_time(self, whole: ToolAndPlatform, saw: Saw) -> None:
        visit = whole.staff()
        whole.clock.wait(seconds=LIFE.total_seconds())
        assert visit.get("/staff/").status_code == 401
        saw("401 after twelve hours")

    def test_case_82_a_form_of_one_session_is_not_taken_by_another(
        self, whole: ToolAndPlatform, saw: Saw
    ) -> None:
        first, second = whole.staff(), whole.launch("11")
        token = re.search(r'name="csrf_token" value="([^"]+)"', first.page("/staff/"))
        assert token
        data = {"csrf_token": token[1]}
        refused = second.client.post(second.base + "/language/en", data=data, base_url=HTTPS)
        taken = first.client.post(first.base + "/language/en", data=data, base_url=HTTPS)
        assert refused.status_code in (400, 401, 403)
        assert taken.status_code == 302
        saw(f"{refused.status_code} with another's form token")

    def test_case_70_the_second_person_in_one_browser_is_themselves(
        self, whole: ToolAndPlatform, saw: Saw
    ) -> None:
        tablet = whole.app.test_client()
        first = whole.launch("101", client=tablet)
        second = whole.launch("102", client=tablet)
        assert first.get("/").status_code == 401
        assert second.get("/").status_code == 200
        saw("the first one's visit is over")


@pytest.mark.parametrize("path", ["/", "/staff/", "/staff/people", "/admin/launches", "/nowhere"])
def test_case_83_every_page_is_framed_by_its_platform_alone(
    whole: ToolAndPlatform, saw: Saw, path: str
) -> None:
    policy = whole.staff().get(path).headers["Content-Security-Policy"]
    assert re.findall(r"frame-ancestors ([^;]*)", policy) == [LMS]
    saw(LMS)


def test_case_77_the_worker_announces_a_new_key_before_it_signs(
    whole: ToolAndPlatform, saw: Saw
) -> None:
    def published() -> list[str]:
        answer = whole.app.test_client().get("/lti/jwks", base_url=HTTPS)
        return [key["kid"] for key in answer.get_json()["keys"]]

    def signs() -> str:
        with whole.tool.database.reading() as session:
            return keys.signing_key(session, whole.clock.now).kid

    (old,) = published()
    whole.clock.wait(days=89)
    Tasks(whole.tool).tidy()
    assert published() == [old]
    whole.clock.wait(days=1)
    Tasks(whole.tool).tidy()
    new, still = published()
    assert (still, signs()) == (old, old)
    whole.clock.wait(days=1)
    assert signs() == new
    assert set(published()) == {old, new}
    whole.clock.wait(days=7)
    assert published() == [new]
    saw("overlap of 8 days, by the worker")
