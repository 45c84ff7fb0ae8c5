"""Who may not be two things in one study: a person is issuer and subject, by whatever way in."""

import uuid
from datetime import datetime, timedelta

import pytest

from lti.models import LtiUser, Membership
from modules.records.models import Assessment
from plugin import administrators, audit, conflicts, setup, team
from plugin.conflicts import ConflictingRole
from plugin.models import AuditEvent, Role, RoleAssignment
from plugin.staff import people
from tests import factories
from tests.factories import INSTRUCTOR, LEARNER, LMS, NOON, Clinic

DAY = timedelta(days=1)


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


def two_ways_in(clinic: Clinic, issuer: str = LMS, roles: str = INSTRUCTOR) -> list[Membership]:
    """Return the memberships of one subject through the first and through a second registration."""
    with clinic.writing() as session:
        one = clinic.member(session, "Persona", roles)
        subject = session.get_one(LtiUser, one.lti_user_id).subject
        second = factories.platform(session, issuer, "columna-2")
        where = factories.course(session, second, clinic.study_id, "course-again")
        other = factories.user(session, second, "Persona", subject)
        return [one, factories.membership(session, other, where, roles)]


def give(clinic: Clinic, user_id: uuid.UUID, role: Role, **how: object) -> None:
    with clinic.writing() as session:
        setup.assign_role(session, clinic.tool, clinic.study_id, user_id, role, **how)


def enters(clinic: Clinic, user_id: uuid.UUID, at: datetime | None = None) -> None:
    """Record what a launch leaves in the audit trail."""
    with clinic.writing() as session:
        audit.record(
            session,
            "launch.accepted",
            at or clinic.tool.now(),
            study_id=clinic.study_id,
            actor_id=user_id,
        )


def roles_of(clinic: Clinic, user_id: uuid.UUID) -> list[Role]:
    return [r.role for r in clinic.rows(RoleAssignment, RoleAssignment.lti_user_id == user_id)]


class TestOnePersonThroughTwoRegistrations:
    def test_whoever_saw_arms_by_one_way_in_is_not_blinded_by_another(self, anywhere, clock):
        one, other = (m.lti_user_id for m in two_ways_in(anywhere))
        give(anywhere, one, Role.STAFF)
        enters(anywhere, one)
        clock.move(days=2)
        give(anywhere, one, Role.VISITOR)
        clock.move(days=2)

        with pytest.raises(ConflictingRole, match="staff and assessor"):
            give(anywhere, other, Role.ASSESSOR)
        assert roles_of(anywhere, other) == []

    def test_two_roles_at_once_are_refused_though_neither_was_used(self, anywhere):
        one, other = (m.lti_user_id for m in two_ways_in(anywhere))
        give(anywhere, one, Role.ASSESSOR)

        with pytest.raises(ConflictingRole, match="assessor and staff"):
            give(anywhere, other, Role.STAFF)
        give(anywhere, other, Role.ASSESSOR)

    def test_an_equal_subject_at_another_issuer_is_somebody_else(self, anywhere):
        one, other = (m.lti_user_id for m in two_ways_in(anywhere, "https://other.example.org"))
        give(anywhere, one, Role.STAFF)
        enters(anywhere, one)

        give(anywhere, other, Role.ASSESSOR)
        assert roles_of(anywhere, other) == [Role.ASSESSOR]

    def test_a_participant_gets_no_role_by_another_way_in(self, anywhere):
        one, other = two_ways_in(anywhere, roles=LEARNER)
        with anywhere.writing() as session:
            taken = factories.participant(session, anywhere.study_id, "K99-3QX")
            session.get_one(Membership, one.id).participant_id = taken.id

        with pytest.raises(ConflictingRole, match="participant and staff"):
            give(anywhere, other.lti_user_id, Role.STAFF)
        with anywhere.writing() as session, pytest.raises(ConflictingRole):
            administrators.name(session, other.lti_user_id, NOON)

    def test_whoever_has_a_role_is_not_enrolled_by_another_way_in(self, anywhere):
        one, other = two_ways_in(anywhere, roles=LEARNER)
        give(anywhere, one.lti_user_id, Role.ASSESSOR)

        with anywhere.writing() as session, pytest.raises(ConflictingRole):
            people.unenrolled(session, other.course_id, other.id)

    def test_who_is_blinded_is_not_offered_as_staff_by_another_way_in(self, anywhere):
        one, other = two_ways_in(anywhere)
        give(anywhere, one.lti_user_id, Role.ASSESSOR)
        with anywhere.tool.database.reading() as session:
            assert other.lti_user_id not in team.to_name(session, other.course_id)

    def test_a_launch_into_a_role_that_conflicts_is_refused(self, anywhere):
        """Roles from before persons were compared: nothing but the launch meets them."""
        one, other = (m.lti_user_id for m in two_ways_in(anywhere))
        with anywhere.writing() as session:
            for user_id, role in ((one, Role.STAFF), (other, Role.ASSESSOR)):
                who = session.get_one(LtiUser, user_id)
                factories.role(session, anywhere.study_id, who, role)

        with anywhere.tool.database.reading() as session:
            for user_id, role in ((one, Role.STAFF), (other, Role.ASSESSOR)):
                with pytest.raises(ConflictingRole):
                    conflicts.refuse_entry(
                        session, anywhere.study_id, user_id, role, anywhere.protocol
                    )

    def test_of_a_participant_with_a_role_the_role_gives_way_and_the_care_does_not(self, anywhere):
        patient, staff = two_ways_in(anywhere, roles=LEARNER)
        with anywhere.writing() as session:
            taken = factories.participant(session, anywhere.study_id, "K99-3QX")
            session.get_one(Membership, patient.id).participant_id = taken.id
            who = session.get_one(LtiUser, staff.lti_user_id)
            factories.role(session, anywhere.study_id, who, Role.STAFF)

        def enter(user_id: uuid.UUID, role: Role) -> None:
            with anywhere.tool.database.reading() as session:
                conflicts.refuse_entry(session, anywhere.study_id, user_id, role, anywhere.protocol)

        enter(patient.lti_user_id, Role.PATIENT)
        with pytest.raises(ConflictingRole, match="participant and staff"):
            enter(staff.lti_user_id, Role.STAFF)


class TestOverTime:
    def test_a_role_given_and_taken_away_unused_does_not_bar_for_ever(self, anywhere, clock):
        with anywhere.writing() as session:
            who = anywhere.member(session, "Maestra", INSTRUCTOR).lti_user_id
        give(anywhere, who, Role.STAFF)
        clock.move(hours=1)
        give(anywhere, who, Role.VISITOR)
        clock.move(days=3)
        enters(anywhere, who)
        clock.move(days=3)

        give(anywhere, who, Role.ASSESSOR)
        assert roles_of(anywhere, who) == [Role.ASSESSOR]

    def test_a_role_taken_away_after_use_bars_for_good(self, anywhere, clock):
        with anywhere.writing() as session:
            who = anywhere.member(session, "Maestra", INSTRUCTOR).lti_user_id
        give(anywhere, who, Role.STAFF)
        clock.move(hours=1)
        enters(anywhere, who)
        give(anywhere, who, Role.VISITOR)
        clock.move(days=300)

        with pytest.raises(ConflictingRole):
            give(anywhere, who, Role.ASSESSOR)

    def test_a_session_that_was_open_when_the_role_came_counts_as_use(self, anywhere, clock):
        with anywhere.writing() as session:
            who = anywhere.member(session, "Maestra", INSTRUCTOR).lti_user_id
        enters(anywhere, who)
        clock.move(hours=11)
        give(anywhere, who, Role.STAFF)
        clock.move(minutes=5)
        give(anywhere, who, Role.VISITOR)

        with pytest.raises(ConflictingRole):
            give(anywhere, who, Role.ASSESSOR)


class TestFromBlindedToSeeingArms:
    @pytest.fixture
    def assessor(self, anywhere, clock) -> uuid.UUID:
        """Somebody who has assessed one participant here."""
        with anywhere.writing() as session:
            who = anywhere.member(session, "Evaluadora", INSTRUCTOR).lti_user_id
        give(anywhere, who, Role.ASSESSOR)
        with anywhere.writing() as session:
            taken = anywhere.patient(session).participant_id
            made = factories.assessment(session, taken, "week_2", "odi")
            made.recorded_by = who
        return who

    @pytest.fixture
    def custodian(self, anywhere) -> uuid.UUID:
        with anywhere.writing() as session:
            who = anywhere.member(session, "Custodia", INSTRUCTOR).lti_user_id
        give(anywhere, who, Role.CUSTODIAN)
        return who

    @pytest.mark.parametrize("wanted", [Role.STAFF, Role.CUSTODIAN])
    def test_it_is_refused_until_the_custodian_confirms(self, anywhere, assessor, wanted):
        with pytest.raises(conflicts.Unconfirmed) as refused:
            give(anywhere, assessor, wanted)

        assert (refused.value.held, refused.value.wanted) == ("assessor", wanted.value)
        assert roles_of(anywhere, assessor) == [Role.ASSESSOR]

    def test_nobody_but_the_custodian_of_the_study_confirms(self, anywhere, assessor):
        with pytest.raises(conflicts.Unconfirmed):
            give(anywhere, assessor, Role.STAFF, confirmed_by=uuid.uuid4())

    def test_confirmed_it_is_done_and_marks_what_that_person_assessed(
        self, anywhere, assessor, custodian
    ):
        give(anywhere, assessor, Role.STAFF, confirmed_by=custodian)

        (marked,) = anywhere.rows(AuditEvent, AuditEvent.action == "assessment.assessor_unblinded")
        (assessed,) = anywhere.rows(Assessment, Assessment.recorded_by == assessor)
        assert roles_of(anywhere, assessor) == [Role.STAFF]
        assert (marked.subject_id, marked.actor_id) == (assessed.id, custodian)

    def test_taking_the_role_away_first_is_no_way_around(self, anywhere, assessor, clock):
        clock.move(days=1)
        give(anywhere, assessor, Role.VISITOR)
        clock.move(days=1)

        with pytest.raises(conflicts.Unconfirmed):
            give(anywhere, assessor, Role.STAFF)

    def test_nor_is_another_way_in(self, anywhere, clock):
        one, other = (m.lti_user_id for m in two_ways_in(anywhere))
        give(anywhere, one, Role.ASSESSOR)
        enters(anywhere, one)
        clock.move(days=1)
        give(anywhere, one, Role.VISITOR)

        with pytest.raises(conflicts.Unconfirmed):
            give(anywhere, other, Role.STAFF)

    def test_a_blinded_role_that_nobody_used_needs_no_word(self, anywhere, clock):
        with anywhere.writing() as session:
            who = anywhere.member(session, "Maestra", INSTRUCTOR).lti_user_id
        give(anywhere, who, Role.ASSESSOR)
        clock.move(hours=1)

        give(anywhere, who, Role.STAFF)
        assert roles_of(anywhere, who) == [Role.STAFF]

    def test_on_the_page_team_it_is_refused_and_kept(self, clinic, client_for):
        staff, assessor = client_for("staff"), client_for("assessor")
        enters(clinic, assessor.user_id)
        answer = staff.post(f"/admin/team/{assessor.user_id}/role", {"role": "staff"})

        assert answer.status_code == 409
        assert "custodia" in answer.text
        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "role.refused")
        assert event.detail == {"held": "assessor", "wanted": "staff"}
