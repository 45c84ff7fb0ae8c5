"""What the demo LMS is told at its start: its address, its tools, its courses and its people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

DEFAULT_LANGUAGE = "es_mx"


class CourseRole(StrEnum):
    """The four kinds of people a course has, by Moodle's own short names."""

    STUDENT = "student"
    """Launches and is listed as Learner: a patient."""
    TEACHER = "editingteacher"
    """Launches and is listed as Instructor: clinical staff."""
    NON_EDITING_TEACHER = "teacher"
    """Launches as Instructor, is listed as Learner: Moodle's trap, and a blinded assessor."""
    ADMIN = "admin"
    """Site administrator; listed only where enrolled."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `language` is a Moodle language code such as `es_mx` or `en`."""

    id: str
    name: str
    role: CourseRole
    email: str = ""
    language: str = DEFAULT_LANGUAGE
    enrolment_active: bool = True

    @property
    def given_name(self) -> str:
        """All words but the last; the whole name when there is one word."""
        return self.name.rpartition(" ")[0] or self.name

    @property
    def family_name(self) -> str:
        """The last word of a name of several words."""
        return self.name.rpartition(" ")[2] if " " in self.name else ""

    @property
    def username(self) -> str:
        """The sign-in name."""
        return f"user{self.id}"


@dataclass(frozen=True, slots=True)
class Tool:
    """One registered tool: in Moodle one registration has exactly one deployment."""

    client_id: str
    deployment_id: str
    login_url: str
    launch_url: str
    jwks_url: str
    redirect_uris: tuple[str, ...] = ()
    """The exact addresses an id_token may be posted to; the launch URL alone when empty."""
    name: str = "Columna"
    share_name: bool = True
    """Moodle sends names only when the tool asked for the claim at registration."""
    share_email: bool = False
    custom: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the registration; they win over an activity's for the same key."""

    @property
    def allowed_redirects(self) -> tuple[str, ...]:
        """The addresses the answer of the authorisation may go to."""
        return self.redirect_uris or (self.launch_url,)


@dataclass(frozen=True, slots=True)
class Activity:
    """One placement of a tool in a course. `number` is unique in the whole LMS."""

    number: int
    title: str
    target_link_uri: str
    deployment_id: str = "1"
    text: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    points: float | None = None
    """The maximum of its grade column; None: no grade column."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course with its members (ids of people) and its first activities."""

    id: str
    shortname: str
    title: str
    members: tuple[str, ...]
    activities: tuple[Activity, ...] = ()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """Everything the LMS needs to start."""

    base_url: str
    """Its own address without a final slash; it is the issuer too, as in Moodle."""
    tools: tuple[Tool, ...]
    courses: tuple[Course, ...]
    people: tuple[Person, ...]
    private_key: RSAPrivateKey | None = None
    """The key launches are signed with; a new one is made at the start when None."""
    name: str = "Campus de demostración"
    phones_at_top_level: bool = True
    """Moodle opens tools outside the iframe when the browser names a phone or tablet."""
    offers_storage: bool = False
    """Keep things for tools in its own pages (LTI Platform Storage); Moodle does not."""
    strips_authorization: bool = False
    """Act like a web server that drops the Authorization header before Moodle sees it."""
    clock: Callable[[], datetime] = _now


def demo_people(patients: int = 57) -> tuple[Person, ...]:
    """Return a cast that nobody can mistake for real people: patients first, then the team."""
    first_patient = 101
    cast = [
        Person(str(first_patient + n), f"Persona sintética {n + 1:02}", CourseRole.STUDENT)
        for n in range(patients)
    ]
    return (
        *cast,
        Person("11", "Personal sintético 01", CourseRole.TEACHER),
        Person("12", "Inclusión sintética 01", CourseRole.TEACHER),
        Person("21", "Evaluación sintética 01", CourseRole.NON_EDITING_TEACHER),
        Person("2", "Administración sintética", CourseRole.ADMIN),
    )


def demo_config(
    base_url: str,
    tool_url: str,
    *,
    people: tuple[Person, ...] | None = None,
    client_id: str = "columna-demo",
    deployment_id: str = "1",
    private_key: RSAPrivateKey | None = None,
    course_title: str = "Programa para el dolor lumbar",
) -> PlatformConfig:
    """Return one course with one activity, the whole programme, for the tool at `tool_url`.

    All `people` are members; the default cast is `demo_people()`. Neither URL ends in a slash.
    """
    cast = demo_people() if people is None else people
    tool = Tool(
        client_id=client_id,
        deployment_id=deployment_id,
        login_url=f"{tool_url}/lti/login",
        launch_url=f"{tool_url}/lti/launch",
        jwks_url=f"{tool_url}/lti/jwks",
    )
    programme = Activity(
        number=1,
        title="Columna",
        target_link_uri=tool.launch_url,
        deployment_id=deployment_id,
        custom={"place": "programme"},
    )
    members = tuple(person.id for person in cast)
    course = Course("2", "LUMBAR", course_title, members, (programme,))
    return PlatformConfig(base_url, (tool,), (course,), cast, private_key)
