"""Deny by default: every address belongs to somebody, and nobody gets in without a launch."""

import pytest
from flask import Flask
from sqlalchemy import select

from plugin.access import ROLE_PERMISSIONS, Permission
from plugin.models import Role, RoleAssignment
from tests import addresses
from tests.addresses import OPEN, OWN_GUARD
from tests.factories import Browser

REFUSED = (401, 403)
ROLES = ("patient", "control", "staff", "assessor", "admin", "visitor")


def permission_of(app: Flask, blueprint: str) -> Permission | None:
    """Return the permission a blueprint asks for, from the mark of its guard."""
    guards = app.before_request_funcs.get(blueprint, [])
    marks = [guard.permission for guard in guards if hasattr(guard, "permission")]
    return marks[0] if marks else None


def test_every_blueprint_is_guarded_or_listed_as_open(app):
    without = {name for name in app.blueprints if permission_of(app, name) is None}

    assert without == OPEN | OWN_GUARD


def test_every_route_belongs_to_a_blueprint(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules() if "." not in rule.endpoint} == set()


def test_every_page_of_a_person_lies_below_its_launch(app):
    inside = {one.blueprint for one in addresses.all_of(app) if one.of_a_launch}
    outside = {one.blueprint for one in addresses.all_of(app) if not one.of_a_launch}

    assert outside == OPEN
    assert inside == set(app.blueprints) - OPEN


@pytest.mark.parametrize("ref", ["nobody", "x" * 12, "%00", "a.b", "a b", "é"])
def test_without_a_session_every_page_is_refused(app, ref):
    client = app.test_client()
    for address in addresses.of_launches(app):
        answer = client.open(f"/t/{ref}{address.path}", method=address.method)

        assert answer.status_code in REFUSED, (address, answer.status_code)


def test_the_cookie_of_one_launch_opens_no_other(app, client_for):
    staff = client_for("staff")
    other = client_for("patient", client=staff.client)
    staff.client.delete_cookie(f"__Host-columna-{staff.ref}", domain="localhost")

    assert staff.get("/staff/").status_code == 401
    assert other.get("/today").status_code == 200


def test_a_wrong_secret_opens_nothing(app, client_for):
    staff = client_for("staff")
    staff.client.set_cookie(f"__Host-columna-{staff.ref}", "guessed", domain="localhost")

    assert staff.get("/staff/").status_code == 401


def test_a_session_ends_after_twelve_hours(clock, client_for):
    staff = client_for("staff")
    clock.move(hours=12)

    assert staff.get("/staff/").status_code == 401


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_reaches_its_own_blueprints_and_no_other(app, client_for, kind):
    browser = client_for(kind)
    token = "" if kind == "visitor" else browser.token()
    role = {"control": Role.PATIENT, "admin": Role.VISITOR}.get(kind) or Role(kind)
    for address in addresses.of_launches(app):
        needed = permission_of(app, address.blueprint)
        if needed is None or needed in ROLE_PERMISSIONS[role]:
            continue
        answer = browser.client.open(
            browser.url(address.path), method=address.method, data={"csrf_token": token}
        )

        # A visitor's page has no form and so no token: the form is refused before the role.
        assert answer.status_code == 403 or (
            kind == "visitor" and address.method == "POST" and answer.status_code == 400
        ), (kind, address, answer.status_code)


def test_the_role_is_asked_again_at_every_page(clinic, client_for):
    """Taking a role away holds from the next page on, not from the next launch."""
    staff: Browser = client_for("staff")
    assert staff.get("/staff/").status_code == 200
    with clinic.writing() as session:
        for given in session.scalars(select(RoleAssignment)):
            given.role = Role.VISITOR

    assert staff.get("/staff/").status_code == 403


def test_every_answer_says_who_may_frame_it_and_what_it_may_load(app, client_for):
    staff = client_for("staff")
    for path in ("/staff/", "/nothing-here"):
        policy = staff.get(path).headers["Content-Security-Policy"]
        assert "frame-ancestors https://moodle.example.org" in policy, path
        assert "default-src 'none'" in policy

    assert (
        "frame-ancestors 'none'"
        in app.test_client().get("/health").headers["Content-Security-Policy"]
    )


def test_the_platform_may_frame_the_page_that_says_the_launch_is_over(clock, client_for):
    """Else the person sees an empty frame instead of what to do."""
    staff = client_for("staff")
    clock.move(hours=13)
    answer = staff.get("/staff/")

    assert answer.status_code == 401
    assert "frame-ancestors https://moodle.example.org" in answer.headers["Content-Security-Policy"]


def test_nobody_frames_an_address_that_never_was_a_launch(app):
    answer = app.test_client().get("/t/abcdefghjkmn/today")

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_no_page_of_a_person_is_kept_by_a_browser_or_proxy(client_for):
    assert client_for("staff").get("/staff/").headers["Cache-Control"] == "no-store"
    assert client_for("patient").get("/today").headers["Cache-Control"] == "no-store"


def test_the_health_page_says_the_version_and_nothing_else(app):
    answer = app.test_client().get("/health")

    assert answer.status_code == 200
    assert set(answer.json) == {"status", "version"}
