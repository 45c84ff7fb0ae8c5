"""Is there a way in for patients, a platform, a study, a course that runs it, and a team behind?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lti.models import Deployment, LtiContext, Platform, Standing
from modules.records.models import Study
from modules.text import Text
from plugin.models import Role, RoleAssignment
from plugin.status.check import Check, Finding, State, in_session
from plugin.trial.models import AllocationList


@dataclass(frozen=True)
class Ways:
    """How many approved deployments and studies there are, which studies run in no course,
    which run without anybody named as staff, and which trials without anybody who enrols.
    """

    deployments: int
    studies: int
    unconnected: Sequence[str]
    unattended: Sequence[str]
    shut: Sequence[str]


def look(session: Session) -> Ways:
    """Read what is approved and what runs where."""
    approved = (
        select(func.count())
        .select_from(Deployment)
        .join(Platform)
        .where(Platform.status == Standing.ACTIVE, Deployment.status == Standing.ACTIVE)
    )
    named = select(RoleAssignment.study_id)
    staff = named.where(RoleAssignment.role == Role.STAFF)
    enrollers = named.where(RoleAssignment.role == Role.ENROLLER)
    trials = select(AllocationList.study_id)
    shut = and_(Study.id.in_(trials), Study.id.not_in(enrollers))
    rows = session.execute(
        select(Study.key, func.count(LtiContext.id), Study.id.in_(staff), shut)
        .outerjoin(LtiContext, LtiContext.study_id == Study.id)
        .where(Study.locked_at.is_(None))
        .group_by(Study.id, Study.key)
        .order_by(Study.key)
    )
    studies = rows.all()
    return Ways(
        session.scalar(approved) or 0,
        len(studies),
        [key for key, courses, _attended, _shut in studies if not courses],
        [key for key, courses, attended, _shut in studies if courses and not attended],
        [key for key, courses, _attended, shut in studies if courses and shut],
    )


def judge(facts: Ways, _now: datetime) -> Finding:
    """Say which step is still missing before patients can come in.

    Worse than a missing step is a course that patients can enter and nobody looks after.
    """
    figures = {
        "studies": float(facts.studies),
        "unconnected": float(len(facts.unconnected)),
        "unattended": float(len(facts.unattended)),
        "shut": float(len(facts.shut)),
    }
    if not facts.deployments:
        return Finding(State.UNSURE, "no_platform", figures)
    if not facts.studies:
        return Finding(State.UNSURE, "no_study", figures)
    if facts.unattended:
        return Finding(State.BAD, "unattended", figures, tuple(facts.unattended))
    if facts.unconnected:
        return Finding(State.UNSURE, "unconnected", figures, tuple(facts.unconnected))
    if facts.shut:
        return Finding(State.UNSURE, "nobody_enrols", figures, tuple(facts.shut))
    return Finding(State.GOOD, "open", figures)


CHECK = Check(
    key="courses",
    label=Text("Entrada de los pacientes", "The patients' way in"),
    look=in_session(look),
    judge=judge,
    words={
        "open": Text("Cada estudio tiene su curso.", "Every study has its course."),
        "unattended": Text(
            "Nadie está nombrado como personal en estos estudios: nadie ve los avisos de sus "
            "pacientes. Nómbralo en la página «Equipo» o con columna role give.",
            "Nobody is named as staff of these studies: nobody sees their patients' alerts. Name "
            "somebody on the page “Team” or by columna role give.",
        ),
        "no_platform": Text(
            "Ninguna plataforma está aprobada: columna platform invite.",
            "No platform is approved: columna platform invite.",
        ),
        "no_study": Text(
            "Todavía no hay estudio: el primer docente lo elige al abrir su curso, o columna study "
            "create.",
            "There is no study yet: the first teacher chooses it on opening the course, or columna "
            "study create.",
        ),
        "nobody_enrols": Text(
            "En estos ensayos nadie está nombrado para incluir y asignar: nadie puede entrar. "
            "Nómbralo en la página «Equipo» o con columna role give … enroller.",
            "Nobody is named to enrol and allocate in these trials: nobody can enter. Name "
            "somebody on the page “Team” or by columna role give … enroller.",
        ),
        "unconnected": Text(
            "Estos estudios no corren en ningún curso: nadie puede entrar a ellos.",
            "These studies run in no course: nobody can come in.",
        ),
    },
)
