"""What the demo LMS remembers while it runs: activities, launches under way, and the gradebook."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

from plugin.demo.lms.access import Access
from plugin.demo.lms.config import Activity, Course, CourseRole, Person, PlatformConfig, Tool

RESOURCE_MESSAGE = "LtiResourceLinkRequest"
DEEP_LINK_MESSAGE = "LtiDeepLinkingRequest"


@dataclass(frozen=True, slots=True)
class PendingLaunch:
    """A launch between login initiation and authorisation; used up by the latter."""

    person_id: str
    client_id: str
    course_id: str
    message_type: str
    target_link_uri: str
    document_target: str
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class LineItem:
    """One grade column. Without an activity it is what Moodle calls a manual item."""

    number: int
    course_id: str
    label: str
    score_maximum: float
    activity_number: int | None = None
    resource_id: str = ""
    tag: str = ""
    made_by_service: bool = True


@dataclass(slots=True)
class Grade:
    """One cell of the gradebook. `value` is what counts, `raw` what the tool sent last."""

    timestamp: datetime | None = None
    raw: float | None = None
    value: float | None = None
    comment: str = ""
    overridden: bool = False


@dataclass
class Gradebook:
    """Columns and cells of all courses, with Moodle's rules for scores."""

    items: dict[int, LineItem] = field(default_factory=dict)
    cells: dict[tuple[int, str], Grade] = field(default_factory=dict)
    lock: Any = field(default_factory=RLock)

    def add(self, item: LineItem) -> LineItem:
        """Add a column; its number is given here."""
        with self.lock:
            numbered = replace(item, number=max(self.items, default=0) + 1)
            self.items[numbered.number] = numbered
        return numbered

    def put(self, item: LineItem) -> None:
        """Replace the column of the same number."""
        with self.lock:
            self.items[item.number] = item

    def remove(self, number: int) -> None:
        """Remove a column and its cells."""
        with self.lock:
            del self.items[number]
            self.cells = {key: cell for key, cell in self.cells.items() if key[0] != number}

    def of_course(self, course_id: str) -> list[LineItem]:
        """Return the columns of one course in their order."""
        return [item for item in self.items.values() if item.course_id == course_id]

    def score(self, item: LineItem, person_id: str, score: Mapping[str, Any], at: datetime) -> bool:
        """Take one score; False when an equal or newer one is there (Moodle answers 409).

        A score that is not FullyGraded, or has no scoreGiven, erases the grade.
        """
        with self.lock:
            cell = self.cells.setdefault((item.number, person_id), Grade())
            if cell.timestamp is not None and at <= cell.timestamp:
                return False
            given = score.get("scoreGiven")
            if score["gradingProgress"] != "FullyGraded" or given is None:
                self.cells[item.number, person_id] = Grade()
                return True
            raw = min(
                float(given) * item.score_maximum / float(score["scoreMaximum"]), item.score_maximum
            )
            cell.timestamp, cell.raw, cell.comment = at, raw, str(score.get("comment", ""))
            if not cell.overridden:
                cell.value = raw
            return True

    def override(self, number: int, person_id: str, value: float, at: datetime) -> None:
        """Set a grade by hand, as a teacher does in the gradebook; scores do not change it."""
        with self.lock:
            cell = self.cells.setdefault((number, person_id), Grade())
            cell.value, cell.overridden, cell.timestamp = value, True, at


class Site:
    """The running LMS. All of it lives in memory and is gone when the process ends."""

    def __init__(self, config: PlatformConfig, access: Access) -> None:
        self.config = config
        self.access = access
        self.gradebook = Gradebook()
        self.courses: dict[str, Course] = {course.id: course for course in config.courses}
        self.people: dict[str, Person] = {person.id: person for person in config.people}
        self._lock = RLock()
        self._tools = {tool.client_id: tool for tool in config.tools}
        self._active_tools = set(self._tools)
        self._activities: dict[int, tuple[str, Activity]] = {}
        self._session_keys: set[str] = set()
        self._pending: dict[tuple[str, str], PendingLaunch] = {}
        for course in config.courses:
            for activity in course.activities:
                self._place(course.id, activity)

    # --- tools ---------------------------------------------------------------------------------

    def tools(self) -> list[Tool]:
        """Return every registered tool."""
        return list(self._tools.values())

    def tool(self, client_id: str) -> Tool | None:
        """Return the tool of a client id, activated or not."""
        return self._tools.get(client_id)

    def tool_by_deployment(self, deployment_id: str) -> Tool | None:
        """Return the tool of a deployment."""
        return next((t for t in self.tools() if t.deployment_id == deployment_id), None)

    def tool_of(self, activity: Activity) -> Tool:
        """Return the tool an activity belongs to. Raises LookupError when there is none."""
        tool = self.tool_by_deployment(activity.deployment_id)
        if tool is None:
            raise LookupError(activity.deployment_id)
        return tool

    def is_active(self, tool: Tool) -> bool:
        """Say whether the administrator has activated the tool."""
        return tool.client_id in self._active_tools

    def activate(self, client_id: str) -> None:
        """Let a registered tool be launched (Moodle leaves it pending until then)."""
        self._active_tools.add(client_id)

    def register(self, tool: Tool) -> Tool:
        """Keep a tool as pending; its deployment id is given here."""
        with self._lock:
            number = max((int(t.deployment_id) for t in self.tools()), default=0) + 1
            placed = replace(tool, deployment_id=str(number))
            self._tools[placed.client_id] = placed
        return placed

    # --- courses -------------------------------------------------------------------------------

    def members(self, course: Course) -> list[Person]:
        """Return the people enrolled in a course, active or not."""
        return [self.people[person_id] for person_id in course.members]

    def is_member(self, course_id: str, person_id: str) -> bool:
        """Say whether somebody is enrolled in a course."""
        return course_id in self.courses and person_id in self.courses[course_id].members

    def add_person(self, course_id: str, person: Person) -> None:
        """Enrol somebody, or change who they are."""
        with self._lock:
            self.people[person.id] = person
            course = self.courses[course_id]
            if person.id not in course.members:
                self.courses[course_id] = replace(course, members=(*course.members, person.id))

    def remove_person(self, course_id: str, person_id: str) -> None:
        """End an enrolment; the account stays."""
        with self._lock:
            course = self.courses[course_id]
            left = tuple(member for member in course.members if member != person_id)
            self.courses[course_id] = replace(course, members=left)

    def activities(self, course_id: str) -> list[Activity]:
        """Return the activities of a course in their order."""
        return [activity for owner, activity in self._activities.values() if owner == course_id]

    def activity(self, course_id: str, number: int) -> Activity | None:
        """Return one activity of a course."""
        owner, activity = self._activities.get(number, ("", None))
        return activity if owner == course_id else None

    def course_of(self, number: int) -> str | None:
        """Return the id of the course an activity lies in."""
        return self._activities.get(number, (None,))[0]

    def add_activity(self, course_id: str, activity: Activity) -> Activity:
        """Place an activity in a course; its number is given here."""
        with self._lock:
            placed = replace(activity, number=max(self._activities, default=0) + 1)
            self._place(course_id, placed)
        return placed

    def _place(self, course_id: str, activity: Activity) -> None:
        self._activities[activity.number] = (course_id, activity)
        if activity.points is not None:
            column = LineItem(0, course_id, activity.title, activity.points, activity.number)
            self.gradebook.add(replace(column, made_by_service=False))

    # --- session keys --------------------------------------------------------------------------

    def new_session_key(self) -> str:
        """Return a new session key; Moodle puts it into every address that comes back to it."""
        key = secrets.token_urlsafe(8)
        self._session_keys.add(key)
        return key

    def knows_session_key(self, key: str) -> bool:
        """Say whether this LMS gave out that session key."""
        return key in self._session_keys

    # --- launches ------------------------------------------------------------------------------

    def begin_launch(self, session_id: str, launch: PendingLaunch) -> str:
        """Remember a launch for one browser session; return the message hint, JSON as Moodle's."""
        launch_id = f"ltilaunch{secrets.randbelow(10**9)}_{secrets.randbelow(10**9)}"
        with self._lock:
            self._pending[session_id, launch_id] = launch
        hint: dict[str, Any] = {"launchid": launch_id}
        if launch.activity is not None:
            hint = {"cmid": launch.activity.number, **hint}
        return json.dumps(hint)

    def take_launch(self, session_id: str, hint: str) -> PendingLaunch | None:
        """Use up the launch a message hint names; None when it is unknown here or was used."""
        try:
            launch_id = json.loads(hint)["launchid"]
        except (ValueError, KeyError, TypeError):
            return None
        with self._lock:
            return self._pending.pop((session_id, str(launch_id)), None)


def may_teach(person: Person) -> bool:
    """Say whether a person holds Moodle's `mod/lti:manage`: everybody who is not a student."""
    return person.role is not CourseRole.STUDENT


def may_edit(person: Person) -> bool:
    """Say whether a person holds `moodle/course:manageactivities`."""
    return person.role in (CourseRole.TEACHER, CourseRole.ADMIN)


def tool_origin(tool: Tool) -> str:
    """Return scheme, host and port of a tool."""
    parts = urlsplit(tool.launch_url)
    return f"{parts.scheme}://{parts.netloc}"
