"""What names the people of a study is read for the check before an export leaves, and found."""

import uuid
from dataclasses import replace

import pytest

from exports.errors import LeaksFound
from exports.formats import FORMATS
from exports.leaks.search import Forbidden
from exports.service import Order, make_export
from lti.models import LtiUser
from modules.records.models import Participant
from plugin import exporting, naming
from tests.factories import Clinic, contact
from tests.statements import sent

NAME = "Guadalupe Plantada Ruiz"
PHONE = "+52 55 0000 0042"


@pytest.fixture
def clinic(database, make_tool):
    made = Clinic(make_tool(database))
    with made.writing() as session:
        person = made.patient(session, name=NAME)
        session.get_one(LtiUser, person.lti_user_id).subject = "a1b2c3d4e5f6"
        contact(session, person.participant_id, PHONE)
    return made


@pytest.fixture
def named(clinic):
    with clinic.tool.database.reading() as session:
        return Forbidden.of(naming.of_study(session, clinic.study_id))


def plants(clinic):
    (person,) = clinic.rows(Participant)
    return [NAME, "PLANTADA RUIZ, Guadalupe", "55-0000-0042", "a1b2c3d4e5f6", person.code,
            str(person.id), person.id.hex, "9 de noviembre"]  # fmt: skip


def test_name_number_account_code_and_key_are_known(clinic, named):
    for plant in plants(clinic)[:-1]:
        assert named.stands_in(f"x;{plant};y"), plant


def test_people_of_another_study_are_not_read(clinic):
    with clinic.tool.database.reading() as session:
        assert list(naming.of_study(session, uuid.uuid4())) == []


def test_it_takes_three_statements_however_many_people_there_are(clinic):
    with clinic.writing() as session:
        for _ in range(5):
            clinic.patient(session)
    with clinic.tool.database.reading() as session, sent() as statements:
        list(naming.of_study(session, clinic.study_id))
    assert len(statements) == 3


@pytest.mark.parametrize("format_key", sorted(FORMATS))
def test_a_file_of_the_product_that_names_somebody_is_not_released(clinic, monkeypatch, format_key):
    """Planted in the notes of the ZIP, and on the cover and in the properties of the PDF."""
    whole = type(FORMATS[format_key]).compose
    for plant in plants(clinic):

        def compose(self, blinded, cover, locale, plant=plant):
            title = replace(cover.protocol.title, es=plant, en=plant)
            spoilt = cover.protocol.model_copy(update={"title": title})
            return whole(self, blinded, replace(cover, protocol=spoilt), locale)

        monkeypatch.setattr(type(FORMATS[format_key]), "compose", compose)
        with pytest.raises(LeaksFound):
            made(clinic, format_key)


def made(clinic, format_key):
    order = Order(clinic.study_key, "assessor", format_key, "es")
    ground = exporting.ground(clinic.tool)
    return make_export(clinic.tool.database, order, ground, clinic.tool.now())


def test_a_file_with_nobody_in_it_is_released(clinic):
    for format_key in FORMATS:
        assert made(clinic, format_key).content
