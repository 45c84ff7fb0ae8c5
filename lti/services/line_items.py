"""Grade columns of a course (LTI-AGS 2.0, section 3.2): found, made, renamed.

Moodle uncouples a column from its activity when a PUT leaves `resourceLinkId` out, so a change
reads the whole line item and puts the whole back. It is never asked for a `limit`: the Link header
of its answer cannot be parsed, and without one everything comes in one page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lti.services.tokens import (
    Account,
    Answer,
    ServiceClient,
    ServiceProblem,
)

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
WRITE_SCOPE = f"{AGS}/lineitem"
READ_SCOPE = f"{AGS}/lineitem.readonly"
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
TAG = "progress"
"""Marks our own column among those of the course; deep-linked activities carry it too."""


@dataclass(frozen=True)
class Columns:
    """Where a course keeps its grade columns, and what we may do with them, as the launch said."""

    account: Account
    line_items_url: str | None
    line_item_url: str | None
    scopes: frozenset[str]


def find_or_make(client: ServiceClient, columns: Columns, label: str, maximum: float) -> str:
    """Return the address of the column for progress. Raises ServiceProblem (`no_column`).

    The one that carries our tag comes first; then one is made where the platform allows it (in
    Moodle a manual item of the course); then the launched activity's own.
    """
    if columns.line_items_url and columns.scopes & {READ_SCOPE, WRITE_SCOPE}:
        scope = WRITE_SCOPE if WRITE_SCOPE in columns.scopes else READ_SCOPE
        url = with_query(columns.line_items_url, tag=TAG)
        answer = _good(client.call(columns.account, "GET", url, (scope,), accept=LINE_ITEMS))
        found = _tagged(answer.json())
        if found:
            return found
        if scope == WRITE_SCOPE:
            return _make(client, columns.account, columns.line_items_url, label, maximum)
    if columns.line_item_url:
        return columns.line_item_url
    raise ServiceProblem("no_column")


def _tagged(listed: Any) -> str | None:
    """Pick by tag again: a platform may ignore the filter."""
    rows = listed if isinstance(listed, list) else []
    ours = [row for row in rows if isinstance(row, dict) and row.get("tag") == TAG]
    ours.sort(key=lambda row: row.get("resourceId") != "programme")
    return next((row["id"] for row in ours if isinstance(row.get("id"), str)), None)


def _make(client: ServiceClient, account: Account, url: str, label: str, maximum: float) -> str:
    body = {"label": label, "scoreMaximum": maximum, "tag": TAG, "resourceId": "programme"}
    answer = _good(
        client.call(
            account,
            "POST",
            url,
            (WRITE_SCOPE,),
            accept=LINE_ITEM,
            body=body,
            content_type=LINE_ITEM,
        )
    )
    made = answer.json()
    if not isinstance(made, dict) or not isinstance(made.get("id"), str):
        raise ServiceProblem("no_column", status=answer.status)
    return str(made["id"])


def change(
    client: ServiceClient, account: Account, url: str, **changes: str | float
) -> dict[str, Any]:
    """Change fields of a column (`label`, `scoreMaximum`) and return it whole.

    Raises ServiceProblem.
    """
    scopes: Collection[str] = (WRITE_SCOPE,)
    before = _good(client.call(account, "GET", url, scopes, accept=LINE_ITEM)).json()
    after = {**before, **changes}
    answer = _good(
        client.call(
            account, "PUT", url, scopes, accept=LINE_ITEM, body=after, content_type=LINE_ITEM
        )
    )
    changed: dict[str, Any] = answer.json()
    return changed


def below(url: str, name: str) -> str:
    """Return the address `name` below a line item; Moodle's `type_id` query stays at the end."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{name}").geturl()


def with_query(url: str, **more: str) -> str:
    """Return `url` with parameters added to those it has."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *more.items()]
    return parts._replace(query=urlencode(query)).geturl()


def _good(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        retry = answer.status >= 500 or answer.status in (408, 429)
        raise ServiceProblem("columns_refused", status=answer.status, retry=retry)
    return answer
