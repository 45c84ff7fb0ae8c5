"""Names shown to staff: the platform's, else the code, else a dash; never a key."""

import uuid

import pytest

from lti.models import LtiUser
from plugin import names
from plugin.models import Role
from tests import factories
from tests.factories import Clinic


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


def test_a_participant_is_called_by_name_else_by_code(anywhere):
    with anywhere.writing() as session:
        named = anywhere.enrolled(session, "Ana").participant_id
        nameless = anywhere.enrolled(session)
        session.get_one(LtiUser, nameless.lti_user_id).name = ""
        unknown = factories.participant(session, anywhere.study_id, "Z99-9ZZ").id
        found = names.of_participants(session, anywhere.study_id)

    assert found == {named: "Ana", nameless.participant_id: "K02-3QX", unknown: "Z99-9ZZ"}


def test_nobody_of_another_study_is_named(anywhere):
    with anywhere.writing() as session:
        anywhere.enrolled(session, "Ana")

    with anywhere.tool.database.reading() as session:
        assert names.of_participants(session, uuid.uuid4()) == {}


def test_the_team_comes_in_the_order_of_its_names_and_the_nameless_as_a_dash(anywhere):
    with anywhere.writing() as session:
        people = [anywhere.member(session, name).lti_user_id for name in ("zoe", "Ana", "")]
        found = names.of_team(session, [*people, None, uuid.uuid4()])

    assert list(found.values()) == ["Ana", "zoe", names.NAMELESS]
    assert set(found) == set(people)


def test_the_staff_are_those_with_that_role(anywhere):
    with anywhere.writing() as session:
        staff, other_staff, assessor, _other = (
            anywhere.member(session, name).lti_user_id for name in ("Ana", "Bea", "Cid", "Dan")
        )
        for who, given in (
            (staff, Role.STAFF),
            (other_staff, Role.STAFF),
            (assessor, Role.ASSESSOR),
        ):
            factories.role(session, anywhere.study_id, session.get_one(LtiUser, who), given)
        found = names.of_staff(session, anywhere.study_id)

    assert list(found.items()) == [(staff, "Ana"), (other_staff, "Bea")]
