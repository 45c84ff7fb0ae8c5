"""Migration 0008: who worked as a platform's teacher is named staff; who only looked is not."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from lti.models import LtiUser, Membership, MembershipStatus
from plugin import audit
from plugin.database import upgrade_database
from plugin.models import AuditEvent, Role, RoleAssignment
from tests import factories
from tests.factories import INSTRUCTOR, LEARNER, NOON, Clinic
from tests.migrations.draft import config_of


@pytest.fixture
def before(empty, make_tool):
    """A programme of care as it stood before: with teachers, none of them named."""
    upgrade_database(empty)
    return Clinic(make_tool(empty), protocol_key="care")


def go_down_and_up(empty):
    step = ScriptDirectory.from_config(config_of(empty)).get_revision("0008_named_staff")
    command.downgrade(config_of(empty), str(step.down_revision))
    upgrade_database(empty)


def teacher(clinic, session, name, *actions):
    who = clinic.member(session, name, INSTRUCTOR).lti_user_id
    for action in actions:
        audit.record(session, action, NOON, study_id=clinic.study_id, actor_id=who)
    return who


def test_only_who_has_worked_with_patients_stays_staff(before, empty):
    with before.writing() as session:
        worked = teacher(before, session, "Trabajó", "launch.accepted", "participant.enrolled")
        teacher(before, session, "Miró", "launch.accepted")
    go_down_and_up(empty)

    assert [(row.lti_user_id, row.role) for row in before.rows(RoleAssignment)] == [
        (worked, Role.STAFF)
    ]
    (event,) = before.rows(AuditEvent, AuditEvent.action == "role.assigned")
    assert (event.subject_id, event.detail) == (worked, {"role": "staff"})


def test_a_role_that_was_given_or_taken_stays_as_it_is(before, empty):
    with before.writing() as session:
        who = teacher(before, session, "Ya no", "participant.enrolled")
        factories.role(session, before.study_id, session.get_one(LtiUser, who), Role.VISITOR)
    go_down_and_up(empty)

    assert [row.role for row in before.rows(RoleAssignment)] == [Role.VISITOR]


def test_a_suspended_membership_and_what_points_at_it_survive_the_way_down(before, empty):
    with before.writing() as session:
        one = before.member(session, "Persona", LEARNER)
        one.status = MembershipStatus.SUSPENDED
        factories.launch_session(session, one, "patient", "secret", NOON)
        key = one.id
    go_down_and_up(empty)

    (kept,) = before.rows(Membership, Membership.id == key)
    assert kept.status is MembershipStatus.LEFT
