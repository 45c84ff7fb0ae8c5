"""What the icon on a home screen opens."""

import pytest

from lti.models import Platform, Standing
from plugin import home_screen
from tests import factories


@pytest.mark.parametrize(
    ("issuer", "login", "address"),
    [
        ("https://moodle.example.org/lms", "https://moodle.example.org/lms/mod/lti/auth.php", None),
        (
            "https://canvas.instructure.com",
            "https://clinic.example.org/api/lti/authorize",
            "https://clinic.example.org",
        ),
    ],
)
def test_it_leads_to_where_people_sign_in(issuer, login, address):
    platform = Platform(issuer=issuer, auth_login_url=login)
    assert home_screen.address_of(platform) == (address or issuer)


def test_a_registration_that_is_not_active_is_not_named(tool, app):
    with tool.database.writing() as session:
        factories.platform(session, "https://norte.example.org", "1").name = "Clínica Norte"
        other = factories.platform(session, "https://prueba.example.org", "2")
        other.name, other.status = "Prueba", Standing.DISABLED
    page = app.test_client().get("/open").text
    assert "Clínica Norte" in page
    assert "Prueba" not in page


def test_no_other_site_may_frame_the_page(app):
    policy = app.test_client().get("/open").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
