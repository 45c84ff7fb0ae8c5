"""Plain words for what platforms' services answer, for an admin: what it means, what to do."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_STRIPPED = _l(
    "The platform did not see our access token. Usually the web server in front of it drops the"
    " Authorization header: in Apache add “CGIPassAuth On” (or SetEnvIf Authorization), with"
    " nginx and PHP-FPM pass HTTP_AUTHORIZATION on."
)
_UNREACHABLE = _l(
    "The address did not answer. Check that this server may reach the platform: name, port,"
    " firewall."
)
_INSIDE = _l(
    "The address belongs to this machine or to no public network, so it was not asked. Enter the"
    " address that other machines use."
)
_ODD = _l(
    "Something answered that is not what this address should give. Copy the address from the"
    " platform's page again."
)

WORDS: dict[str, LazyString] = {
    # Logins
    "unanswered": _l(
        "Logins went to the platform and nobody came back. Usually the platform shows an error of"
        " its own, because the redirect address {public_url}/lti/launch is not listed there exactly"
        " like this, or the login address or the client ID of the registration is wrong."
    ),
    # Any service
    "unreachable": _UNREACHABLE,
    "timeout": _l("The platform took too long to answer. If it stays so, ask its administrator."),
    "not_json": _ODD,
    "too_big": _ODD,
    "answer_too_big": _l("The answer was too long or too slow, and was not read to its end."),
    "address_not_public": _INSIDE,
    "address": _INSIDE,
    "address_malformed": _l("This is no usable address. Copy it from the platform's page again."),
    "address_not_https": _l("The address is not https. Enter the https address."),
    "insecure": _l("The platform is https, its key set is not. Enter the https address."),
    "address_redirects": _l(
        "The address leads on to another one. Enter the one it leads to, so that nothing is sent to"
        " a place nobody has approved."
    ),
    "redirect": _l("The address leads on to another host. Enter the one it leads to."),
    "under_way": _l("It is being asked at this moment. Look again in a minute."),
    # Key set
    "not_a_key_set": _ODD,
    "no_usable_key": _l(
        "The key set holds no RSA key of 2048 bits or more for the registered algorithm."
    ),
    # Token
    "token_refused": _l(
        "The platform gave no access token. Check the client ID and the token address; check on"
        " the platform that the tool is active, and that the platform can read our key set"
        " ({public_url}/lti/jwks): Moodle's cURL security blocks private addresses and odd ports."
    ),
    "service_off": _l(
        "The platform believes our signature and does not let this tool use the service. In Moodle"
        " open the tool's settings and switch on, under Services, “IMS LTI Names and Role"
        " Provisioning” for the list of people and “IMS LTI Assignment and Grade Services” for"
        " grades."
    ),
    "no_access_token": _ODD,
    "authorization_lost": _STRIPPED,
    # Roster
    "no_roster": _l(
        "The platform offers no list of people. In Moodle switch on “IMS LTI Names and Role"
        " Provisioning” in the tool's services and open the activity again."
    ),
    "roster_refused": _l(
        "The platform did not give the list of people. Check on the platform that the tool may use"
        " Names and Roles, and that the course still exists."
    ),
    "not_a_roster": _ODD,
    "rows_unreadable": _l(
        "The list of people could not be read whole, so nobody is marked as gone. Names and Roles"
        " 2.0 wants of each person a user_id that is a text, and a list of roles: tell the"
        " platform's administrator."
    ),
    "list_cut_off": _l(
        "The list of people was longer than we read, so nobody is marked as gone. Enrol only the"
        " patients and the team in the course."
    ),
    "nobody_listed": _l(
        "The list of people was empty, so nobody is marked as gone. Check on the platform that the"
        " course still has its people."
    ),
    "endless_roster": _l("The list of people never ends: the platform repeats a page."),
    "foreign_next_page": _l(
        "The list goes on at another host, and our token is not sent there. Check the platform's"
        " own address (wwwroot in Moodle)."
    ),
    # Gradebook
    "no_column": _l(
        "There is no grade column to write to. Let the platform's tool settings allow grade"
        " columns, or place the activity with a grade."
    ),
    "columns_refused": _l("The platform did not let us see or make grade columns in this course."),
    "not_a_patient": _l("The person is no patient of this course any more; nothing is sent."),
    "not_gradable": _l(
        "The platform takes no grade for this person: they are not enrolled as a student there."
    ),
    "not_allowed": _l("The platform does not let this tool write grades. Check its services."),
    "column_gone": _l("The grade column was deleted. The next progress looks for one again."),
    "newer_grade_there": _l("The gradebook holds a newer entry. Nothing to do."),
    "gave_up": _l("It was tried for a day without success. Mend the cause and send it again."),
}


ROWS: dict[str, LazyString] = {
    "not_a_person": _l("no person"),
    "no_user_id": _l("without user_id"),
    "odd_user_id": _l("user_id is no text, or too long"),
    "odd_roles": _l("roles are no list"),
}
"""Why a row of a list of people cannot be read."""


def for_rows(unreadable: Mapping[str, int] | None) -> str:
    """Return how many rows could not be read and why: `3: without user_id (1), no person (2)`."""
    if not unreadable:
        return ""
    reasons = ", ".join(f"{ROWS[reason]} ({count})" for reason, count in unreadable.items())
    return f"{sum(unreadable.values())}: {reasons}"


def for_reading(problem: str, unreadable: Mapping[str, int] | None) -> str:
    """Return what went wrong when a list of people was read, with the rows that cannot be read."""
    said, rows = str(for_problem(problem)), for_rows(unreadable)
    if not rows:
        return said
    return " ".join((said, _("Rows that could not be read: %(rows)s.", rows=rows)))


def for_problem(code: str) -> LazyString | str:
    """Return what the code of a service problem, a key-set problem or a parked grade means."""
    if code.startswith("status_"):
        return _l(
            "The platform answered with an error of its own (HTTP %(status)s).",
            status=code.removeprefix("status_"),
        )
    return WORDS.get(code, code)
