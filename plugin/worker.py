"""The task worker: a huey queue on SQLite, Redis or PostgreSQL, and what runs on it.

Tasks are thin and may run twice: each calls one service that is safe to repeat. What must not be
lost or doubled lives in the outbox table, not in the queue.
"""

import logging
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper

from lti.services.tokens import ServiceProblem
from notifications import outbox
from notifications.channels import CHANNELS
from plugin import alert_notices, alert_sweep, exporting, platforms, reminders
from plugin.status import claim, heartbeat
from plugin.status.check import Installation
from plugin.tool import Tool

log = logging.getLogger(__name__)

NAME = "columna"


def build_queue(url: str) -> Huey:
    """Return the queue for `sqlite:///path`, `redis://…` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(NAME, filename=str(path), fsync=True)
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey(NAME, url=url)
    if url.startswith("postgresql"):
        return PostgresHuey(NAME, dsn=url.replace("postgresql+psycopg://", "postgresql://"))
    raise ValueError("the task queue is sqlite:///path, redis://… or postgresql://…")


EXTENSION = "columna-tasks"


class Tasks:
    """The queue of one tool with its tasks registered."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.queue = build_queue(tool.settings.tasks_url)
        self.services = platforms.services(tool)
        self.sync_roster: TaskWrapper = self._task(self._sync_roster)
        self._every(crontab(minute="*"), self.beat)
        self.make_exports: TaskWrapper = self._task(self._make_exports)
        self._every(crontab(minute="*/5"), self.plan_reminders)
        self._every(crontab(minute="*"), self.deliver_reminders)
        self._every(crontab(minute="*/5"), self.reconcile_outbox)
        self._every(crontab(minute="*"), self.finish_exports)
        self._every(crontab(minute="*/2"), self.deliver_grades)
        self._every(crontab(minute="*/2"), self.queue_rosters)
        self._every(crontab(minute="*/10"), self.watch_care)
        self._every(crontab(minute="*"), self.tell_team)
        self._every(crontab(minute="17", hour="*/6"), self.tidy)

    def _task(self, function: Callable[..., Any]) -> TaskWrapper:
        # huey names a task after its function; a partial of a bound method has no name.
        wrapper = partial(function)
        wrapper.__name__ = function.__name__  # type: ignore[attr-defined]
        return self.queue.task(retries=3, retry_delay=60)(wrapper)

    def _every(self, when: Any, function: Callable[[], Any]) -> None:
        wrapper = partial(function)
        wrapper.__name__ = function.__name__  # type: ignore[attr-defined]
        self.queue.periodic_task(when)(wrapper)

    def _sync_roster(self, course_id: str) -> None:
        try:
            platforms.sync_roster(self.tool, self.services, uuid.UUID(course_id))
        except ServiceProblem as problem:
            # What does not change by itself is not tried again at once; the admin page names it.
            log.warning("roster not read: %s", problem.code)
            if problem.retry:
                raise

    def _sends(self) -> bool:
        """Whether anything may leave from here: never from a copy of the database."""
        tool = self.tool
        return claim.may_send(tool.database, tool.settings, tool.now())

    def beat(self) -> None:
        """Note that the worker works, and how the installation is."""
        heartbeat.beat(Installation(self.tool, self.queue))

    def queue_rosters(self) -> None:
        """Fetch the people of courses: once a day, and after the team came (`roster.due`)."""
        for course_id in platforms.claim_rosters(self.tool):
            self.sync_roster(str(course_id))

    def plan_reminders(self) -> None:
        """Put what is due into the outbox."""
        planned = reminders.plan_all(self.tool, self.tool.now())
        if planned:
            log.info("reminders planned: %s", planned)

    def deliver_reminders(self) -> None:
        """Send what is due now."""
        if not self._sends():
            return
        tool = self.tool
        settings = reminders.channel_settings(tool.settings)
        key = tool.settings.channel
        tally = outbox.deliver(
            tool.database,
            {key: CHANNELS[key].build(settings)},
            reminders.still_due(tool),
            tool.now,
            quiet_hours=reminders.quiet_hours(tool),
            link=tool.settings.public_url,
            first_name=reminders.first_name,
        )
        if sum(tally.values()):
            log.info("reminders: %s", dict(tally))

    def reconcile_outbox(self) -> None:
        """Settle what a crash or a silent provider left open."""
        key = self.tool.settings.channel
        channel = CHANNELS[key].build(reminders.channel_settings(self.tool.settings))
        outbox.reconcile(self.tool.database, {key: channel}, self.tool.now)

    def watch_care(self) -> None:
        """Raise alerts for people out of touch, and escalate those nobody answered in time."""
        silent, late = alert_sweep.sweep(self.tool, self.tool.now())
        if silent or late:
            log.info("alerts: %s out of touch, %s overdue", silent, late)

    def tell_team(self) -> None:
        """Tell the team by mail that alerts wait."""
        if not self._sends():
            return
        sent = alert_notices.tell(self.tool)
        if sent:
            log.info("mails that an alert waits: %s", sent)

    def deliver_grades(self) -> None:
        """Send progress to platforms' gradebooks."""
        if not self._sends():
            return
        platforms.deliver_grades(self.tool, self.services)

    def _make_exports(self) -> None:
        """Make the files somebody has just asked for."""
        exporting.make_all(self.tool)

    def finish_exports(self) -> None:
        """Make the files of which the queue lost the entry; drop those whose time is over."""
        exporting.make_all(self.tool)

    def tidy(self) -> None:
        """Forget used logins and what old sessions carried; keep keys fresh."""
        platforms.tidy(self.tool)


def current_tasks() -> Tasks:
    """Return the task queue of the running application."""
    tasks: Tasks = current_app.extensions[EXTENSION]
    return tasks


def installation() -> Installation:
    """Return the running application's installation, to be examined."""
    tasks = current_tasks()
    return Installation(tasks.tool, tasks.queue)
