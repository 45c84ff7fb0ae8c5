"""Who may frame our pages: the origins that a registration names, and nobody else. Pure.

A platform's pages may live on another origin than its authentication endpoint (a school's Canvas
authorises at one host for all); an administrator adds what the registration does not name.
"""

from lti.http import origin_of
from lti.models import Platform, RegisteredPlatform

NOBODY = "'none'"


def origins(platform: Platform | RegisteredPlatform) -> tuple[str, ...]:
    """Return the origins of a registration: issuer, authentication endpoint, those added."""
    named = (platform.issuer, platform.auth_login_url, *platform.frame_origins)
    return tuple(dict.fromkeys(filter(None, map(origin_of, named))))


def frame_ancestors(platform: Platform | RegisteredPlatform) -> str:
    """Return the sources of the directive `frame-ancestors` (Content Security Policy Level 3)."""
    return " ".join(origins(platform)) or NOBODY
