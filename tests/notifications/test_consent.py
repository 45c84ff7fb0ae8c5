"""Consent is given for a number, in a wording, by somebody, and ends."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from notifications.errors import ConsentMissing, InvalidAddress
from notifications.models import Contact, Suppression
from notifications.outbox import ConsentGiven, forget, opt_in, opt_out
from notifications.phones import digest
from tests.notifications.outbox_kit import PHONE, People, Sender, reminder_for


def test_a_consent_without_a_wording_or_a_giver_is_refused(sender: Sender, people: People):
    patient = people.participant()
    for wording, giver in (("", "participant"), ("v1", "")):
        given = ConsentGiven(wording, sender.clock.now, giver)
        with pytest.raises(ConsentMissing), sender.database.writing() as session:
            opt_in(session, patient, PHONE, channel="console", language="es_MX", consent=given)


def test_a_wrong_number_is_refused_and_not_repeated(sender: Sender, people: People):
    patient = people.participant()
    given = ConsentGiven("v1", sender.clock.now, "participant")
    with pytest.raises(InvalidAddress) as fault, sender.database.writing() as session:
        opt_in(session, patient, "55 12", channel="console", language="es_MX", consent=given)
    assert "55" not in str(fault.value)


def test_a_number_is_kept_in_its_one_form(sender: Sender, people: People):
    people.reachable("044 55 5123 4567")
    with sender.database.reading() as session:
        assert session.scalars(select(Contact.phone)).one() == PHONE


def test_a_new_consent_closes_the_old_one_and_keeps_its_record(sender: Sender, people: People):
    patient = people.reachable()
    people.consent(patient, "+525557654321")
    with sender.database.reading() as session:
        old = session.scalars(select(Contact).where(Contact.withdrawn_at.is_not(None))).one()
    assert (old.phone, old.withdrawn_reason, old.wording_version) == (PHONE, "replaced", "v1")


def test_a_participant_has_one_open_consent_at_most(sender: Sender, people: People):
    patient = people.reachable()
    with pytest.raises(IntegrityError), sender.database.writing() as session:
        session.add(
            Contact(
                participant_id=patient,
                phone=PHONE,
                phone_digest="0" * 64,
                channel="console",
                language="en",
                wording_version="v1",
                given_at=sender.clock.now,
                given_by="participant",
            )
        )


def test_opting_out_twice_is_no_fault(sender: Sender, people: People):
    patient = people.reachable()
    for _ in range(2):
        with sender.database.writing() as session:
            opt_out(session, patient, sender.clock.now)
    assert sender.count("contacts") == 1


def test_case_69_erasure_takes_the_numbers_and_leaves_a_suppressed_hash(
    sender: Sender, people: People
):
    patient = people.reachable()
    people.consent(patient, "+525557654321")
    sender.plan(reminder_for(patient))
    with sender.database.writing() as session:
        forget(session, patient, sender.clock.now)
    with sender.database.reading() as session:
        assert set(session.scalars(select(Contact.phone))) == {""}
        assert set(session.scalars(select(Suppression.phone_digest))) == {
            digest(PHONE),
            digest("+525557654321"),
        }
    assert sender.deliver() == {}
