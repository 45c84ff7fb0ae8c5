"""The words for every refusal, chosen here and nowhere else: for the person, and for an admin.

People are told what they can do, and nothing that sounds like their fault. Admins are told what is
probably wrong and where to change it.
"""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lti.errors import Code
from lti.launch.validation import LEEWAY


class Words(NamedTuple):
    """What a person reads: a heading, and what they can do."""

    title: LazyString
    text: LazyString


START_AGAIN = Words(
    _l("Please start again from your course"),
    _l(
        "This way in was open for a short time only. Go back to your course and open the activity"
        " once more."
    ),
)
ALREADY_USED = Words(
    _l("This page was already opened"),
    _l(
        "Each way in works once. If you are still in another tab, go on there. Otherwise go back to"
        " your course and open the activity once more."
    ),
)
NO_COOKIES = Words(
    _l("Your browser did not let us recognise you"),
    _l(
        "Some browsers do not let a page inside another page remember who you are. Go back to your"
        " course and open the activity in a new window."
    ),
)
NOT_SIGNED_IN = Words(
    _l("Your course did not tell us who you are"),
    _l("Sign in to your course again and open the activity once more."),
)
WAITING = Words(
    _l("This activity is not switched on yet"),
    _l("An administrator still has to approve it. Please tell your team the reference below."),
)
SWITCHED_OFF = Words(
    _l("This activity is switched off"),
    _l("Please tell your team the reference below."),
)
NO_PERSON = Words(
    _l("We need to know who you are"),
    _l(
        "Your course opened this activity without telling us who you are, and without that we"
        " cannot keep your progress. Please tell your team the reference below."
    ),
)
SILENT = Words(
    _l("Your course does not answer at the moment"),
    _l("Please wait a minute and open the activity again."),
)
TOO_MANY = Words(
    _l("Too many visits at once"),
    _l("Please wait a minute and open the activity again."),
)
FROM_THE_COURSE = Words(
    _l("Please open this from your course"),
    _l("This page only opens with a click on the activity in your course."),
)
ENDED = Words(
    _l("Your visit has ended"),
    _l("Go back to your course and open the activity once more. What you saved is still there."),
)
NOT_FOR_YOU = Words(
    _l("This page is not available to you"),
    _l("If you think it should be, please tell your team the reference below."),
)
WRONG = Words(
    _l("We could not open this activity"),
    _l(
        "Go back to your course and open the activity once more. If this page comes back, please"
        " tell your team the reference below."
    ),
)

_PERSON = {
    Code.TOO_MANY: TOO_MANY,
    Code.PLATFORM_ERROR: NOT_SIGNED_IN,
    Code.STATE_MISSING: FROM_THE_COURSE,
    Code.STATE_UNKNOWN: START_AGAIN,
    Code.STATE_EXPIRED: START_AGAIN,
    Code.STATE_USED: ALREADY_USED,
    Code.NONCE_USED: ALREADY_USED,
    Code.BROWSER_BINDING: NO_COOKIES,
    Code.METHOD: FROM_THE_COURSE,
    Code.KEYS_UNREACHABLE: SILENT,
    Code.DEPLOYMENT_PENDING: WAITING,
    Code.DISABLED: SWITCHED_OFF,
    Code.NO_USER: NO_PERSON,
    Code.NOT_ADMITTED: NOT_FOR_YOU,
    Code.SESSION: ENDED,
}


def for_person(code: str) -> Words:
    """Return what the person who was refused reads."""
    return _PERSON.get(Code(code), WRONG)


_CLOCK = _l(
    "The clocks of the two servers differ, or the token is not fresh. Set both by NTP; %(seconds)d"
    " seconds are tolerated.",
    seconds=LEEWAY.total_seconds(),
)
_KEYS = _l(
    "The platform's keys could not be read. Check the key-set address of the registration, and that"
    " this server may reach it."
)
_SIGNATURE = _l(
    "The token was not signed with a key of this platform. Check the key-set address of the"
    " registration; if somebody tried to forge a launch, it failed."
)
_MESSAGE = _l(
    "The platform sent a message that does not follow LTI 1.3. Its version or a plug-in may be at"
    " fault; the failed check says which part."
)
_REGISTRATION = _l(
    "No registration fits. Compare issuer and client ID with those that the platform shows,"
    " character by character."
)
_TARGET = _l(
    "The activity's address does not lead to this tool. Compare it with the tool's public address;"
    " if the tool had another one before, name that in COLUMNA_FORMER_URLS."
)
_DEPLOYMENT = _l("The deployment does not fit the one named at login, or is missing.")
_RESTART = _l(
    "The person waited for longer than ten minutes, went back in the browser, or kept an old"
    " address. Nothing to do unless it happens to many."
)

_ADMIN: dict[Code, LazyString] = {
    Code.LOGIN_PARAMETER: _l(
        "The login request was incomplete. Somebody opened the address by hand, or the platform's"
        " login address for this tool is wrong."
    ),
    Code.LOGIN_REGISTRATION: _REGISTRATION,
    Code.LOGIN_TARGET: _TARGET,
    Code.TOO_MANY: _l("More logins than usual came from one address; nothing was checked."),
    Code.PLATFORM_ERROR: _l(
        "The platform refused to identify the person: usually its own session had ended, or the"
        " redirect address {public_url}/lti/launch is not listed in the registration there."
    ),
    Code.STATE_MISSING: _MESSAGE,
    Code.STATE_UNKNOWN: _RESTART,
    Code.STATE_EXPIRED: _RESTART,
    Code.STATE_USED: _l("The same launch was sent twice: a double click, a reload or a replay."),
    Code.BROWSER_BINDING: _l(
        "The cookie set at login did not come back: the browser keeps none inside a frame, or the"
        " launch came from another browser. Let the platform open the activity in a new window."
    ),
    Code.METHOD: _l("A token came in an address instead of a form; it was not looked at."),
    Code.TOKEN_MISSING: _MESSAGE,
    Code.TOKEN_MALFORMED: _MESSAGE,
    Code.KEY_ID: _SIGNATURE,
    Code.ALGORITHM: _l("The token was signed with another algorithm than the registered one."),
    Code.KEYS_UNREACHABLE: _KEYS,
    Code.SIGNATURE: _SIGNATURE,
    Code.ISSUER: _REGISTRATION,
    Code.AUDIENCE: _REGISTRATION,
    Code.CLOCK: _CLOCK,
    Code.EXPIRED: _CLOCK,
    Code.TOO_OLD: _CLOCK,
    Code.NONCE: _l("The token answers another login than the one that was started."),
    Code.NONCE_USED: _l("The token repeats a login that was already used: a replay."),
    Code.DEPLOYMENT: _DEPLOYMENT,
    Code.DEPLOYMENT_PENDING: _l("Approve this deployment if you know it; then it works at once."),
    Code.DISABLED: _l("The registration or the deployment is not active. Activate it here."),
    Code.VERSION: _MESSAGE,
    Code.MESSAGE_TYPE: _MESSAGE,
    Code.TARGET: _TARGET,
    Code.ROLES: _MESSAGE,
    Code.SUBJECT: _MESSAGE,
    Code.NO_USER: _l("The platform sent no person. Anonymous launches are not possible here."),
    Code.RESOURCE_LINK: _MESSAGE,
    Code.DEEP_LINK: _MESSAGE,
    Code.CLAIM_SHAPE: _MESSAGE,
    Code.NOT_ADMITTED: _l("Nothing here is for a person with this role. Check their role."),
    Code.SESSION: _l("The session had ended, or the address was opened in another browser."),
}


def for_admin(code: str) -> LazyString:
    """Return what an admin can do about a refusal."""
    return _ADMIN[Code(code)]


_CHECKS: dict[str, LazyString] = {
    "parameters": _l("the login request is complete"),
    "cookies": _l("the browser keeps cookies"),
    "state": _l("it answers a login of ours"),
    "browser": _l("it comes from the browser that started"),
    "unused": _l("it was not used before"),
    "in_time": _l("it came in time"),
    "registration": _l("the registration is active"),
    "token_shape": _l("the token can be read"),
    "issuer": _l("it names the registered platform"),
    "audience": _l("it is meant for this tool"),
    "algorithm": _l("it uses the registered algorithm"),
    "key": _l("the platform has the key it names"),
    "signature": _l("the signature is the platform's"),
    "clock": _l("it is fresh"),
    "nonce": _l("it answers this very login"),
    "version": _l("it speaks LTI 1.3"),
    "message_type": _l("its kind is known"),
    "target_present": _l("it says where it is going"),
    "roles": _l("it lists roles"),
    "subject": _l("it names a person"),
    "message": _l("the message is complete"),
    "claims": _l("all parts have the right form"),
    "target": _l("it goes where the login said"),
    "deployment": _l("the deployment is approved"),
    "single_use": _l("it was the first to arrive"),
    "admitted": _l("the person was let in"),
    # Only ever failed: nothing is recorded where they hold.
    "registered": _l("issuer and client ID are registered"),
    "ours": _l("its address leads to this tool"),
    "calm": _l("not too many came at once"),
    "agreed": _l("the platform identified the person"),
    "form": _l("it came as a form"),
    "deployment_same": _l("it names the deployment of the login"),
    "session": _l("its visit is still open"),
}


def for_check(name: str) -> LazyString | str:
    """Return what a passed check means; the name itself for one recorded by another version."""
    return _CHECKS.get(name, name)


_FAILED: dict[Code, str] = {
    Code.LOGIN_PARAMETER: "parameters",
    Code.LOGIN_REGISTRATION: "registered",
    Code.LOGIN_TARGET: "ours",
    Code.TOO_MANY: "calm",
    Code.PLATFORM_ERROR: "agreed",
    Code.STATE_MISSING: "state",
    Code.STATE_UNKNOWN: "state",
    Code.STATE_EXPIRED: "in_time",
    Code.STATE_USED: "unused",
    Code.BROWSER_BINDING: "browser",
    Code.METHOD: "form",
    Code.TOKEN_MISSING: "token_shape",
    Code.TOKEN_MALFORMED: "token_shape",
    Code.KEY_ID: "key",
    Code.ALGORITHM: "algorithm",
    Code.KEYS_UNREACHABLE: "key",
    Code.SIGNATURE: "signature",
    Code.ISSUER: "issuer",
    Code.AUDIENCE: "audience",
    Code.CLOCK: "clock",
    Code.EXPIRED: "clock",
    Code.TOO_OLD: "clock",
    Code.NONCE: "nonce",
    Code.NONCE_USED: "nonce",
    Code.DEPLOYMENT: "deployment_same",
    Code.DEPLOYMENT_PENDING: "deployment",
    Code.DISABLED: "registration",
    Code.VERSION: "version",
    Code.MESSAGE_TYPE: "message_type",
    Code.TARGET: "target",
    Code.ROLES: "roles",
    Code.SUBJECT: "subject",
    Code.NO_USER: "subject",
    Code.RESOURCE_LINK: "message",
    Code.DEEP_LINK: "message",
    Code.CLAIM_SHAPE: "claims",
    Code.NOT_ADMITTED: "admitted",
    Code.SESSION: "session",
}


def for_failed(code: str) -> LazyString | str:
    """Return the check that a refusal did not pass, in the words of `for_check`."""
    return for_check(_FAILED[Code(code)])
