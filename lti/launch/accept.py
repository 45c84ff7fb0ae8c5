"""The launch: from a form post to a person in a course, or a refusal with the check that failed.

A message is examined first (`lti.launch.validation`), which may wait for the platform's keys; then
everything a launch changes is written in one transaction, beginning with the statement that uses
up its login.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti.errors import (
    AlreadyUsed,
    Code,
    LtiError,
    NotAllowed,
)
from lti.keysets import KeySets
from lti.launch import (
    diagnostics,
    login_attempts,
    sessions,
    users,
)
from lti.launch.claims import Launch
from lti.launch.diagnostics import LaunchChecks
from lti.launch.frames import frame_ancestors
from lti.launch.validation import Message
from lti.models import LaunchSession
from modules.records.db import Database

OnLaunch = Callable[[Session, Launch, LaunchSession], str]
"""Decides what an accepted launch leads to: returns a path below the session's address, as `/`.
Runs in the launch's own transaction; raises LtiError to refuse."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class LtiSettings:
    """What an installation decides about its LTI side."""

    public_url: str
    """Address of this tool as browsers see it, without a final slash."""
    former_urls: tuple[str, ...] = ()
    """Addresses it had before, written alike: activities placed then still name them."""
    clock: Callable[[], datetime] = _utc_now
    layout: str = "lti/layout.html"
    """Template our pages extend; it needs the blocks `title` and `content`."""
    allow_loopback: bool = False
    """Let platforms live on this machine: for development and demonstrations."""
    one_person_per_browser: bool = True
    """Whether a launch ends what the same browser still holds of somebody else."""
    burst: int = 120
    """Logins, and launches, of one address that may lead nowhere right after one another …"""
    per_second: float = 5.0
    """… and each second after that."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses that mean this tool, the present one first."""
        return (self.public_url, *self.former_urls)


@dataclass(frozen=True)
class AcceptedLaunch:
    """Where an accepted launch leads, and what the browser has to keep for it."""

    path: str
    opened: sessions.Opened
    frame_ancestors: str
    forget: list[str] = field(default_factory=list)
    """Sessions whose cookies this browser can drop."""


class LaunchTool:
    """Receives launches. One for each process; threads may share it."""

    def __init__(
        self,
        database: Database,
        settings: LtiSettings,
        keysets: KeySets,
        on_launch: OnLaunch,
        on_deep_link: OnLaunch | None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._keysets = keysets
        self._on_launch = on_launch
        self._on_deep_link = on_deep_link

    def receive(
        self,
        form: Mapping[str, str],
        cookies: Mapping[str, str],
        now: datetime,
        checks: LaunchChecks,
    ) -> AcceptedLaunch:
        """Check a launch and open its session. Raises LtiError; `checks` says how far it came."""
        message = Message(
            form, cookies, now, checks, self._database, self._settings.addresses, self._keysets
        )
        message.validate()
        return self._enter(message, cookies, now, checks)

    def refuse(self, error: LtiError, checks: LaunchChecks, now: datetime) -> str:
        """Keep a refusal in a transaction of its own; return the reference to show.

        The login is used up, except where the platform's keys could not be read: sending
        the same form again a moment later may then succeed.
        """
        with self._database.writing() as session:
            if checks.nonce and error.status != 503:
                with suppress(AlreadyUsed), session.begin_nested():
                    login_attempts.use_up(session, checks.nonce, now)
            if checks.unknown_deployment and checks.platform_id:
                users.await_approval(session, checks.platform_id, checks.unknown_deployment, now)
            return diagnostics.record(session, checks, now, error)

    def _enter(
        self, message: Message, cookies: Mapping[str, str], now: datetime, checks: LaunchChecks
    ) -> AcceptedLaunch:
        before = list(checks.passed)
        for last in (False, False, True):
            try:
                with self._database.writing() as session:
                    return self._open(session, message, cookies, now, checks)
            except IntegrityError:
                # Two first launches of one person at the same instant: the second finds the rows.
                if last:
                    raise
                checks.passed[:] = before
                message.look_up()
        raise AssertionError("the loop returns or raises")

    def _open(
        self,
        session: Session,
        message: Message,
        cookies: Mapping[str, str],
        now: datetime,
        checks: LaunchChecks,
    ) -> AcceptedLaunch:
        login_attempts.use_up(session, message.attempt.nonce, now)
        checks("single_use")
        launch, platform = message.launch, message.platform
        who = users.arrive(session, platform, message.known, launch, now)
        opened = sessions.open_session(session, launch, platform.id, who, now)
        forget = []
        if self._settings.one_person_per_browser:
            forget = sessions.end_others(session, cookies, who.user_id, now)
        handler = self._on_deep_link if launch.is_deep_linking else self._on_launch
        if handler is None:
            raise NotAllowed(Code.NOT_ADMITTED)
        path = handler(session, launch, opened.launch_session)
        checks("admitted")
        diagnostics.record(session, checks, now)
        frames = frame_ancestors(platform)
        inside = f"/t/{opened.launch_session.ref}/{path.lstrip('/')}"
        return AcceptedLaunch(inside, opened, frames, forget)
