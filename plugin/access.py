"""Who may do what: one table, and one guard for a whole blueprint. Deny by default."""

import enum
from collections.abc import Callable

from flask import g

from modules.errors import NotAllowed
from modules.study.protocol import Protocol
from plugin.models import Role


class Permission(enum.StrEnum):
    """What a blueprint may ask for."""

    FOLLOW_COURSE = "follow_course"
    """Be a patient: see the own course, write the own diary and assessments."""
    PEOPLE = "people"
    """Know participants by name, those within reach (`plugin.reach`): the overview, one person."""
    ENROL = "enrol"
    """Take people in: enrolment, consent, screening, allocation."""
    CARE = "care"
    """Treat: see what participants do, prescribe, answer, meet."""
    ASSESS = "assess"
    """Be a blinded assessor: coded participants, visits due, outcomes, blinded exports."""
    OVERSEE = "oversee"
    """Answer for a study's data: its audit trail, what is published, its lock."""
    SET_UP = "set_up"
    """Choose the study of a course, give roles, see how launches from it went."""
    ADMINISTER = "administer"
    """Register, approve and disable platforms of this installation."""


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PATIENT: frozenset({Permission.FOLLOW_COURSE}),
    Role.STAFF: frozenset(
        {Permission.PEOPLE, Permission.ENROL, Permission.CARE, Permission.SET_UP}
    ),
    Role.ENROLLER: frozenset({Permission.PEOPLE, Permission.ENROL}),
    Role.ASSESSOR: frozenset({Permission.ASSESS}),
    Role.ANALYST: frozenset(),
    Role.CUSTODIAN: frozenset({Permission.OVERSEE}),
    Role.ADMIN: frozenset({Permission.SET_UP, Permission.ADMINISTER}),
    Role.VISITOR: frozenset(),
}


def permissions_of(role: Role, protocol: Protocol | None) -> frozenset[Permission]:
    """Return what a role may do in a study: in a trial, who treats does not take people in.

    Whoever knows the arms of those who came before can guess the next one, and choose whom to
    enrol by it (`docs/decisions/0027-who-allocates-does-not-treat.md`).
    """
    given = ROLE_PERMISSIONS[role]
    if Permission.CARE in given and protocol is not None and protocol.is_trial:
        return given - {Permission.ENROL}
    return given


def may(permission: Permission) -> bool:
    """Say whether the person of this request has a permission.

    An administrator of the installation who also has a role in the course's study keeps both.
    """
    if permission in permissions_of(g.person.role, g.person.protocol):
        return True
    return permission is Permission.ADMINISTER and bool(g.person.administers)


def require(permission: Permission) -> Callable[[], None]:
    """Return a guard for `blueprint.before_request`: raises NotAllowed without the permission."""

    def guard() -> None:
        if not may(permission):
            raise NotAllowed

    # The house test finds guarded blueprints by this mark.
    guard.permission = permission  # type: ignore[attr-defined]
    return guard


def require_component(component: str) -> None:
    """Raise NotAllowed when the person's arm has no such component; every arm gets this answer."""
    if component not in g.person.components:
        raise NotAllowed
