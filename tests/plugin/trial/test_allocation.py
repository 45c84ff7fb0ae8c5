"""Allocation: in the order of the steps, one slot each, whatever happens at the same instant."""

import itertools
import json
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from modules.errors import AllocationRefused, InvalidEntry, NotEligible
from modules.records.models import Participant, ParticipantStatus, Study
from plugin import setup
from plugin.models import AuditEvent
from plugin.trial import allocation, randomisation
from plugin.trial.models import Allocation, AllocationList, AllocationSlot
from tests import factories
from tests.factories import CONTROL, SEED, TREATED, Clinic

SIZES = randomisation.draw_block_sizes(SEED, dict.fromkeys((TREATED, CONTROL), 1))
STEPS = ("consent", "eligibility", "baseline")
BY, CLINICIAN = uuid.UUID(int=1), uuid.UUID(int=2)
SUBSETS = [
    subset for size in range(len(STEPS) + 1) for subset in itertools.combinations(STEPS, size)
]


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


def allocate(clinic: Clinic, participant_id: uuid.UUID) -> str:
    """Allocate in a transaction of its own."""
    with clinic.writing() as session:
        now = clinic.tool.now()
        return allocation.allocate(session, participant_id, clinic.protocol, now, BY, CLINICIAN)


class TestSteps:
    @pytest.mark.parametrize("done", SUBSETS[:-1], ids="+".join)
    def test_no_slot_is_opened_before_every_step_is_done(self, clinic, done):
        participant_id = clinic.screened(done)
        with pytest.raises(AllocationRefused) as refused:
            allocate(clinic, participant_id)

        assert refused.value.reason == next(step for step in STEPS if step not in done)
        assert clinic.rows(Allocation) == []

    def test_a_half_filled_baseline_is_no_baseline(self, clinic):
        participant_id = clinic.screened(("consent", "eligibility"))
        with clinic.writing() as session:
            factories.assessment(session, participant_id, "baseline", "odi")
            factories.assessment(session, participant_id, "baseline", "vas_pain", None)

        with pytest.raises(AllocationRefused, match="baseline"):
            allocate(clinic, participant_id)

    @pytest.mark.parametrize(
        ("changes", "unmet"),
        [
            ({"age_years": 17}, "adult_18_60"),
            ({"age_years": 61}, "adult_18_60"),
            ({"answers": "pregnancy"}, "pregnancy"),
            ({"answers": "clbp_12_weeks"}, "clbp_12_weeks"),
        ],
        ids=["too young", "too old", "excluded", "not included"],
    )
    def test_somebody_who_may_not_enter_is_not_allocated(self, clinic, changes, unmet):
        participant_id = clinic.screened(("consent", "baseline"))
        with clinic.writing() as session:
            form = factories.screening(session, participant_id, clinic.protocol)
            for name, value in changes.items():
                if name == "answers":
                    turned = "no" if form.answers[value] == "yes" else "yes"
                    value = {**form.answers, value: turned}
                setattr(form, name, value)
        with pytest.raises(NotEligible) as refused:
            allocate(clinic, participant_id)

        assert refused.value.criteria == (unmet,)
        assert clinic.rows(Allocation) == []

    def test_whoever_left_is_not_allocated(self, clinic):
        participant_id = clinic.screened()
        with clinic.writing() as session:
            session.get_one(Participant, participant_id).status = ParticipantStatus.WITHDRAWN

        with pytest.raises(AllocationRefused, match="withdrawn"):
            allocate(clinic, participant_id)

    def test_nobody_is_allocated_twice(self, clinic):
        participant_id = clinic.screened()
        allocate(clinic, participant_id)

        with pytest.raises(AllocationRefused, match="already_allocated"):
            allocate(clinic, participant_id)
        assert len(clinic.rows(Allocation)) == 1

    def test_allocation_sets_the_first_day(self, clinic):
        participant_id = clinic.screened()
        allocate(clinic, participant_id)

        (one,) = clinic.rows(Participant)
        assert (one.day_one, one.status) == (factories.TODAY, ParticipantStatus.ACTIVE)

    def test_the_end_of_the_list_is_said(self, clinic):
        with clinic.writing() as session:
            session.execute(text("DELETE FROM allocation_slots WHERE position >= 2"))
        for _ in range(2):
            allocate(clinic, clinic.screened())

        with pytest.raises(AllocationRefused, match="list_used_up"):
            allocate(clinic, clinic.screened())

    def test_a_programme_without_randomisation_allocates_nobody(self, tool):
        care = Clinic(tool, protocol_key="care", study_key="espalda")
        participant_id = care.screened(())

        with pytest.raises(AllocationRefused, match="no_list"):
            allocate(care, participant_id)


class TestList:
    def test_slots_are_opened_in_their_order(self, anywhere):
        given = [allocate(anywhere, anywhere.screened()) for _ in range(12)]
        plan = anywhere.protocol.randomisation

        assert given == randomisation.make_list(SEED, plan.ratio, SIZES, 240)[:12]

    def test_the_list_can_be_made_again_from_what_is_stored(self, anywhere):
        with anywhere.tool.database.reading() as session:
            sealed = session.scalars(select(AllocationList)).one()
            slots = session.scalars(select(AllocationSlot).order_by(AllocationSlot.position))
            arms = [slot.arm for slot in slots]
        seed, made = bytes.fromhex(sealed.seed), json.loads(sealed.parameters)
        recipe = made["ratio"], made["block_sizes"], made["length"]

        assert arms == randomisation.make_list(seed, *recipe)
        assert sealed.commitment == randomisation.commitment(seed, sealed.parameters, arms)

    def test_a_list_sealed_with_other_sizes_is_given_out_and_made_again_as_before(self, clinic):
        """Lists from before the sizes were drawn: theirs stand in their own parameters."""
        plan, seed = clinic.protocol.randomisation, bytes(32)
        old = randomisation.make_list(seed, plan.ratio, [4, 6, 8], plan.list_length)
        parameters = randomisation.canonical_parameters(plan.ratio, [4, 6, 8], plan.list_length)
        with clinic.writing() as session:
            sealed = session.scalars(select(AllocationList)).one()
            sealed.seed, sealed.parameters = seed.hex(), parameters
            slots = session.scalars(select(AllocationSlot).order_by(AllocationSlot.position)).all()
            for slot, arm in zip(slots, old, strict=False):
                slot.arm = arm

        assert [allocate(clinic, clinic.screened()) for _ in range(6)] == old[:6]

    def test_the_drawn_sizes_are_part_of_what_is_committed_to(self, clinic):
        (sealed,) = clinic.rows(AllocationList)

        assert json.loads(sealed.parameters)["block_sizes"] == SIZES

    def test_the_commitment_is_in_the_audit_trail_before_the_first_participant(self, clinic):
        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "allocation_list.sealed")
        (sealed,) = clinic.rows(AllocationList)

        assert event.detail == {"commitment": sealed.commitment}

    def test_a_study_has_one_list(self, clinic):
        with clinic.writing() as session, pytest.raises(AllocationRefused, match="already_sealed"):
            allocation.seal_list(session, clinic.study_id, clinic.protocol, clinic.tool.now())

    def test_every_study_has_its_own_seed(self, clinic):
        with clinic.writing() as session:
            setup.create_study(session, clinic.tool, "b", clinic.protocol)
            setup.create_study(session, clinic.tool, "c", clinic.protocol)
        sealed = clinic.rows(AllocationList)

        assert len({one.seed for one in sealed}) == len({one.commitment for one in sealed}) == 3

    def test_nothing_of_the_list_is_readable_in_the_database(self, anywhere):
        """Not the arms, not the seed, not the block sizes (leaks L26 and L32)."""
        allocate(anywhere, anywhere.screened())
        with anywhere.tool.database.reading() as session:
            stored = [
                str(tuple(row))
                for table in ("allocation_lists", "allocation_slots", "allocations")
                for row in session.execute(text(f"SELECT * FROM {table}"))
            ]
        dump = "\n".join(stored)

        for word in ("telerehabilitation", "conventional", SEED.hex(), "block_sizes"):
            assert word not in dump

    def test_equal_arms_do_not_look_equal_in_the_database(self, clinic):
        with clinic.tool.database.reading() as session:
            arms = session.execute(text("SELECT arm FROM allocation_slots")).scalars().all()

        assert len(set(arms)) == len(arms)
        assert len({len(arm) for arm in arms}) == 1, "the length of the text tells the arm"


class TestAtTheSameInstant:
    def run(self, clinic: Clinic, people: list[uuid.UUID]) -> list[object]:
        """Allocate all of them at once, each in a thread; return arms and refusals."""
        start = threading.Barrier(len(people))

        def one(participant_id):
            start.wait()
            try:
                return allocate(clinic, participant_id)
            except AllocationRefused as refused:
                return refused

        with ThreadPoolExecutor(len(people)) as threads:
            return list(threads.map(one, people))

    def test_two_people_get_two_slots(self, anywhere):
        people = [anywhere.screened() for _ in range(2)]
        self.run(anywhere, people)

        taken = [row.slot_id for row in anywhere.rows(Allocation)]
        assert len(set(taken)) == 2

    def test_no_slot_is_skipped_however_many_come(self, anywhere):
        people = [anywhere.screened() for _ in range(10)]
        given = self.run(anywhere, people)
        plan = anywhere.protocol.randomisation
        planned = randomisation.make_list(SEED, plan.ratio, SIZES, 240)[:10]

        assert Counter(given) == Counter(planned)
        assert len(anywhere.rows(Allocation)) == 10

    def test_one_person_is_allocated_once(self, anywhere):
        person = anywhere.screened()
        outcomes = self.run(anywhere, [person] * 4)

        refused = [outcome for outcome in outcomes if isinstance(outcome, AllocationRefused)]
        assert [one.reason for one in refused] == ["already_allocated"] * 3
        assert len(anywhere.rows(Allocation)) == 1

    def test_the_last_slot_is_given_once(self, anywhere):
        with anywhere.writing() as session:
            session.execute(text("DELETE FROM allocation_slots WHERE position >= 1"))
        outcomes = self.run(anywhere, [anywhere.screened() for _ in range(3)])

        assert len([one for one in outcomes if isinstance(one, str)]) == 1
        assert len(anywhere.rows(Allocation)) == 1


@pytest.fixture
def enroller(client_for):
    return client_for("enroller")


@pytest.fixture
def named(client_for):
    """The form at allocation, with a member of the staff who looks after the participant then."""
    return {"clinician": str(client_for("staff").user_id)}


class TestOnThePages:
    def test_who_was_named_sees_the_arm_after_the_fact_and_who_enrols_does_not(
        self, clinic, client_for, enroller
    ):
        colleague, staff = client_for("staff"), client_for("staff")
        participant_id = clinic.screened()
        page = f"/staff/participants/{participant_id}"
        labels = [arm.label.es for arm in clinic.protocol.arms]
        before = enroller.get(page).text
        answer = enroller.post(f"{page}/allocation", {"clinician": str(staff.user_id)})

        (given,) = clinic.rows(Allocation)
        assert answer.status_code in (302, 303)
        assert not any(label in before for label in labels)
        assert clinic.protocol.arm(given.arm).label.es in staff.get(page).text
        assert [who.get(page).status_code for who in (enroller, colleague)] == [404, 404]

    def test_nobody_is_allocated_without_somebody_who_looks_after_them(
        self, clinic, enroller, client_for
    ):
        participant_id = clinic.screened()
        for form in ({}, {"clinician": ""}, {"clinician": str(client_for("assessor").user_id)}):
            answer = enroller.post(f"/staff/participants/{participant_id}/allocation", form)
            assert answer.status_code == 422

        assert clinic.rows(Allocation) == []

    def test_where_nobody_treats_it_is_said(self, clinic, enroller):
        page = enroller.get(f"/staff/participants/{clinic.screened()}").text
        assert "Todavía nadie atiende" in page
        assert "Asignar ahora" not in page

    @pytest.mark.parametrize("done", SUBSETS[:-1], ids=lambda done: "+".join(done) or "nothing")
    def test_the_button_does_nothing_before_its_time(self, clinic, enroller, named, done):
        participant_id = clinic.screened(done)
        answer = enroller.post(f"/staff/participants/{participant_id}/allocation", named)

        assert answer.status_code == 409
        assert clinic.rows(Allocation) == []
        assert clinic.rows(AuditEvent, AuditEvent.action == "participant.allocated") == []

    def test_the_audit_trail_says_who_and_when_and_not_which_arm(self, clinic, enroller, named):
        participant_id = clinic.screened()
        enroller.post(f"/staff/participants/{participant_id}/allocation", named)

        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "participant.allocated")
        assert (event.actor_id, event.subject_id) == (enroller.user_id, participant_id)
        assert event.detail == named

    def test_the_screening_form_cannot_change_afterwards(self, clinic, enroller, named):
        participant_id = clinic.screened()
        enroller.post(f"/staff/participants/{participant_id}/allocation", named)
        criteria = clinic.protocol.eligibility.inclusion + clinic.protocol.eligibility.exclusion
        form = {f"criterion_{c.key}": c.rule for c in criteria if c.rule in ("yes", "no")}
        form |= {"age_years": 44, "sex": "male", "height_cm": 170, "weight_kg": "70"}
        answer = enroller.post(
            f"/staff/participants/{participant_id}/screening", {**form, "activity_level": 1}
        )

        assert answer.status_code == 404


@pytest.mark.parametrize("key", ["telerehabilitation", "lumbar_videos", "estudio-grupo-control"])
def test_a_key_that_would_tell_the_arm_wherever_it_stands_makes_no_study(clinic, key):
    with pytest.raises(InvalidEntry, match="key"), clinic.writing() as session:
        setup.create_study(session, clinic.tool, key, clinic.protocol)

    assert [row.key for row in clinic.rows(Study)] == ["lumbar"]
