"""A platform's roster (LTI-NRPS 2.0), read page by page, outside any transaction.

Unreadable is not absent: whatever cannot be read, a row or the way to the next page, is counted and
named, and makes the roster incomplete. Only a complete roster says who left.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

from lti.launch.claims import is_identifier
from lti.services.tokens import Account, ServiceClient, ServiceProblem

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
"""Moodle takes exactly this or `*/*`."""
PAGE_SIZE = 200
MOST_PAGES = 100
"""A roster longer than this is taken for one that never ends."""
MOST_ROLES = 32
GONE, SUSPENDED = "deleted", "inactive"
"""The values of `status` (NRPS 2.0, section 2.4) that say more than that somebody is there."""
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Member:
    """One person of a roster. `roles`: None where it does not say them in a form we can read.

    `suspended`: still listed, but not let in.
    """

    subject: str
    roles: tuple[str, ...] | None = ()
    name: str | None = None
    suspended: bool = False


@dataclass(frozen=True)
class Roster:
    """What was read. Only a complete roster says who left.

    `unreadable`: how many rows could not be read, by the reason (`service_texts.ROWS`).
    """

    members: tuple[Member, ...]
    pages: int
    complete: bool = True
    unreadable: Mapping[str, int] = field(default_factory=dict)

    @property
    def problem(self) -> str | None:
        """The code of what makes it incomplete (`service_texts`); None for a complete one."""
        if self.complete:
            return None
        if self.unreadable:
            return "rows_unreadable"
        return "list_cut_off" if self.members else "nobody_listed"


def fetch_roster(client: ServiceClient, account: Account, url: str | None) -> Roster:
    """Return the whole roster at `url`. Raises ServiceProblem; call outside a transaction.

    The next page must lie on the roster's own host: our token goes nowhere else.
    """
    if not url:
        raise ServiceProblem("no_roster")
    members: dict[str, Member] = {}
    unreadable: Counter[str] = Counter()
    seen: set[str] = set()
    following: str | None = _with_limit(url)
    while following and len(seen) < MOST_PAGES:
        if following in seen:
            raise ServiceProblem("endless_roster")
        seen.add(following)
        answer = client.call(account, "GET", following, (SCOPE,), accept=MEDIA_TYPE)
        if answer.status != 200:
            retry = answer.status >= 500 or answer.status == 429
            raise ServiceProblem("roster_refused", status=answer.status, retry=retry)
        for member, reason in rows_of(answer.json()):
            if reason:
                unreadable[reason] += 1
            if member:
                members[member.subject] = member
        following = _next_page(following, answer.links.get("next"), url)
    complete = following is None and bool(members) and not unreadable
    return Roster(tuple(members.values()), len(seen), complete, dict(unreadable))


def _with_limit(url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not any(name == "limit" for name, _value in query):
        query.append(("limit", str(PAGE_SIZE)))
    return parts._replace(query=urlencode(query)).geturl()


def _next_page(current: str, link: str | None, first: str) -> str | None:
    if link is None:
        return None
    try:
        following = urljoin(current, link)
        own = _origin(urlsplit(following)) == _origin(urlsplit(first))
    except ValueError:
        own = False
    if not own or not link:
        raise ServiceProblem("foreign_next_page")
    return following


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port as RFC 3986 compares them. A user in it is an origin of its own."""
    host = parts.hostname if parts.username is None else parts.netloc
    return parts.scheme, host, parts.port or PORTS.get(parts.scheme)


def rows_of(page: Any) -> list[tuple[Member | None, str | None]]:
    """Read the rows of a page: who it is (None: gone, or unreadable), and what cannot be read.

    Raises ServiceProblem when the page is no roster.
    """
    rows = page.get("members") if isinstance(page, dict) else None
    if not isinstance(rows, list):
        raise ServiceProblem("not_a_roster")
    return [_read_row(row) for row in rows]


def _read_row(row: Any) -> tuple[Member | None, str | None]:
    if not isinstance(row, dict):
        return None, "not_a_person"
    status = _text(row.get("status")).casefold()
    if status == GONE:
        return None, None
    subject, roles = row.get("user_id"), row.get("roles")
    if not is_identifier(subject):
        return None, "no_user_id" if subject in (None, "") else "odd_user_id"
    suspended = status == SUSPENDED
    if not isinstance(roles, list):
        fault = None if roles is None else "odd_roles"
        return Member(subject, None, _name(row), suspended), fault
    read = tuple(role for role in roles if is_identifier(role))
    return Member(subject, read[:MOST_ROLES], _name(row), suspended), None


def _name(row: Mapping[str, Any]) -> str | None:
    parts = (_text(row.get("given_name")), _text(row.get("family_name")))
    return (_text(row.get("name")) or " ".join(part for part in parts if part))[:255] or None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
