"""Two studies in one installation, somebody of every role inside, and something of every kind.

What the rigs ask their questions of: everything in it belongs to somebody, and whatever belongs
to one study or person has its twin with another.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports import jobs
from exports.models import ExportJob, JobState
from lti.launch import sessions
from lti.launch.claims import DEEP_LINKING_REQUEST
from lti.models import Deployment, LaunchSession, LtiContext, LtiUser, Membership, Platform
from modules.records.goal_models import ParticipantGoal
from modules.records.live_session_models import LiveSession
from modules.records.media_models import MediaRole, OwnMedia
from modules.safety.triggers import Trigger
from modules.services import alerts, care, goals, live_sessions
from plugin import administrators
from plugin.models import Role
from plugin.tool import Tool
from tests import factories
from tests.addresses import SOMEBODY
from tests.factories import CONTROL, INSTRUCTOR, LEARNER, TODAY, TREATED, Clinic

BY = uuid.UUID(int=5)
DAY_OF_STUDY = 14
"""The second visit is due: its forms are open."""
PATIENTS = ("patient", "control", "waiting", "patient_elsewhere")
WITH_ROLE = (Role.STAFF, Role.ENROLLER, Role.ASSESSOR, Role.ANALYST, Role.CUSTODIAN)
ROLES = (
    "anonymous",
    *PATIENTS,
    *(role.value for role in WITH_ROLE),
    "choosing",
    "staff_elsewhere",
    "admin",
    "visitor",
    "teacher",
)
"""Who may come. `anonymous` knows a patient's address but has no cookie; `waiting` is not allocated
yet; `staff` looks after `patient` and nobody looks after `control`; `patient_elsewhere` is a
patient of the other study, in its course; `choosing` is the same staff placing an activity;
`staff_elsewhere` is staff of the other study alone, come into this course; `visitor` teaches in the
course and was named nothing; `teacher` opens a course without a study."""
WHOSE = ("own", "other", "foreign", "absent")
"""Whose thing is asked for: one's own (of one's study), another person's of the same study, one of
another study, one that never was."""

Ids = Mapping[str, uuid.UUID]


@dataclass(frozen=True)
class Visitor:
    """An open launch of somebody: its address, its cookie, the token of its forms."""

    ref: str = "nobody"
    secret: str = ""
    token: str = ""

    def client(self, app: Flask) -> FlaskClient:
        """Return a browser that holds this launch's cookie."""
        client = app.test_client()
        client.environ_base = {**client.environ_base, "HTTP_ACCEPT_LANGUAGE": "es"}
        if self.secret:
            client.set_cookie(sessions.cookie_name(self.ref), self.secret, domain="localhost")
        return client


@dataclass
class World:
    """The installation; `visitors` by role, `things` by whose they are."""

    tool: Tool
    visitors: dict[str, Visitor] = field(default_factory=dict)
    things: dict[str, Ids] = field(default_factory=dict)

    def ids(self, role: str, whose: str) -> Ids:
        """Return the keys of everything that is somebody's, as this role would name it."""
        if whose == "absent":
            return dict.fromkeys(self.things["patient"], SOMEBODY)
        own, other, foreign = _SEEN_BY.get(role, ("patient", "control", "patient_elsewhere"))
        return self.things[{"own": own, "other": other, "foreign": foreign}[whose]]


_SEEN_BY = {
    "control": ("control", "patient", "patient_elsewhere"),
    "waiting": ("waiting", "patient", "patient_elsewhere"),
    "enroller": ("waiting", "patient", "patient_elsewhere"),
    "patient_elsewhere": ("patient_elsewhere", "neighbour_elsewhere", "patient"),
}
"""Whose things a role knows as its own, another person's and a foreign study's."""


def build(tool: Tool) -> World:
    """Fill an empty database and return what is in it."""
    world = World(tool)
    here, elsewhere = Clinic(tool), Clinic(tool, study_key="otro")
    with tool.database.writing() as session:
        places = _people(session, here, elsewhere)
        places["choosing"] = places["staff"]
        here.looked_after(session, places["patient"].participant_id, places["staff"].lti_user_id)
        administrators.name(session, places["admin"].lti_user_id, tool.now())
        for name, place in places.items():
            world.visitors[name] = _visitor(session, tool, place, name)
        _fill(session, world, here, places, {"patient": "assessor", "control": "analyst"})
        askers = {"patient_elsewhere": "assessor_elsewhere", "neighbour_elsewhere": "waiting"}
        _fill(session, world, elsewhere, places, askers)
        world.things["waiting"] = world.things["control"] | _things(
            session, here, places["waiting"]
        )
    world.visitors["anonymous"] = Visitor(world.visitors["patient"].ref)
    return world


def _people(session: Session, here: Clinic, elsewhere: Clinic) -> dict[str, Membership]:
    return {
        "patient": _patient(session, here, TREATED),
        "control": _patient(session, here, CONTROL),
        "waiting": here.enrolled(session),
        "patient_elsewhere": _patient(session, elsewhere, TREATED),
        "neighbour_elsewhere": _patient(session, elsewhere, CONTROL),
        **{role.value: _named(session, here, role) for role in WITH_ROLE},
        "staff_elsewhere": _named(session, elsewhere, Role.STAFF, here),
        "assessor_elsewhere": _named(session, elsewhere, Role.ASSESSOR),
        "admin": here.member(session, "admin", INSTRUCTOR),
        "visitor": here.member(session, "visitor", INSTRUCTOR),
        "teacher": _in_new_course(session, here),
    }


def _fill(
    session: Session,
    world: World,
    clinic: Clinic,
    places: Mapping[str, Membership],
    askers: Mapping[str, str],
) -> None:
    """Give each of these patients something of every kind, and a file somebody has asked for."""
    shared = _of_study(session, clinic)
    for name, asker in askers.items():
        own = _things(session, clinic, places[name])
        world.things[name] = {**shared, **own, "job_id": _order(session, clinic, places[asker])}


def _patient(session: Session, clinic: Clinic, arm: str) -> Membership:
    return clinic.patient(session, arm, DAY_OF_STUDY)


def _named(session: Session, study: Clinic, role: Role, course: Clinic | None = None) -> Membership:
    """Return a teacher with a role in a study, seen in its course or in another's."""
    place = (course or study).member(session, f"{role.value} {uuid.uuid4().hex[:4]}", INSTRUCTOR)
    factories.role(session, study.study_id, session.get_one(LtiUser, place.lti_user_id), role)
    return place


def _in_new_course(session: Session, clinic: Clinic) -> Membership:
    platform = session.get_one(Platform, clinic.platform_id)
    course = factories.course(session, platform, None, "course-new")
    who = factories.user(session, platform, "teacher")
    return factories.membership(session, who, course, INSTRUCTOR)


def _visitor(session: Session, tool: Tool, place: Membership, name: str) -> Visitor:
    secret = uuid.uuid4().hex
    proposed = "patient" if place.participant_id else "staff"
    opened = factories.launch_session(session, place, proposed, secret, tool.now())
    if name == "choosing":
        _make_it_choosing(opened)
    return Visitor(opened.ref, secret, sessions.csrf_token(opened))


def _make_it_choosing(opened: LaunchSession) -> None:
    opened.message_type = DEEP_LINKING_REQUEST
    opened.deep_linking = {
        "deep_link_return_url": f"{factories.LMS}/mod/lti/contentitem_return.php",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
    }


def _things(session: Session, clinic: Clinic, place: Membership) -> dict[str, uuid.UUID]:
    """Return the keys of what belongs to one participant."""
    person, now = place.participant_id, clinic.tool.now()
    entry = factories.diary_entry(session, person, TODAY - timedelta(days=1), note="me duele")
    alert = alerts.raise_all(session, person, [Trigger.PAIN_HIGH], entry.id, now)[0]
    sent = care.Reply(None, "muy bien", None, uuid.uuid4())
    reply = care.reply(session, person, sent, clinic.tool.curriculum, BY, now)
    factories.contact(session, person)
    goals.set_goal(session, person, "cargar a mi nieta", 3, now)
    owned = ParticipantGoal.participant_id == person
    return {
        "goal_id": session.scalars(select(ParticipantGoal.id).where(owned)).one(),
        "participant_id": person,
        "entry_id": entry.id,
        "alert_id": alert.id,
        "reply_id": reply,
        **_live_group(session, clinic, person),
    }


def _of_study(session: Session, clinic: Clinic) -> dict[str, uuid.UUID]:
    """Return the keys of what belongs to a whole study, and to nobody in it."""
    newcomer = clinic.member(session, "Recién llegada", LEARNER)
    course = session.get_one(LtiContext, clinic.course_id)
    deployment = session.get_one(Deployment, course.deployment_id)
    return {
        "media_id": _own_film(session, clinic),
        "membership_id": newcomer.id,
        "user_id": newcomer.lti_user_id,
        "platform": deployment.platform_id,
        "deployment": deployment.id,
        "attempt": uuid.uuid4(),
    }


def _live_group(session: Session, clinic: Clinic, person: uuid.UUID) -> dict[str, uuid.UUID]:
    """Return the keys of a group that meets for one person alone, and of its first session."""
    now, link = clinic.tool.now(), "https://meet.example.org/columna-room"
    form = live_sessions.GroupForm(
        person.hex, TODAY, time(18), "America/Mexico_City", 45, 6, link, everyone=False
    )
    group = live_sessions.plan(session, clinic.study_id, form, BY, now)
    live_sessions.invite(session, group, {person}, BY, now)
    first = session.scalars(select(LiveSession.id).where(LiveSession.group_id == group)).first()
    return {"group_id": group, "session_id": first}


def _own_film(session: Session, clinic: Clinic) -> uuid.UUID:
    key, data = uuid.uuid4().hex, b"0123456789"
    clinic.tool.media_store.put(key, BytesIO(data), "video/mp4")
    made = OwnMedia(
        study_id=clinic.study_id,
        slot="lessons/education.es",
        role=MediaRole.FILM,
        kind="mp4",
        storage_key=key,
        size=len(data),
        sha256="0" * 64,
        duration_s=10.0,
        width=640,
        height=360,
        uploaded_by=BY,
        uploaded_at=clinic.tool.now(),
    )
    return factories.add(session, made).id


def _order(session: Session, clinic: Clinic, asker: Membership) -> uuid.UUID:
    """Return the key of a file that somebody asked for and may fetch."""
    who = jobs.Asker(asker.lti_user_id, clinic.study_id, "assessor")
    key = jobs.order(session, who, "csv", "es", None, clinic.tool.now())
    made = session.get_one(ExportJob, key)
    made.state, made.content = JobState.DONE, b"code\n"
    made.filename, made.mimetype = "study.csv", "text/csv"
    return key
