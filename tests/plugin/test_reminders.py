"""What is due for whom becomes one message each; doing the task first takes it back."""

import json

import pytest
from sqlalchemy import select

from modules.errors import ProtocolFault
from modules.records.models import Participant, ParticipantStatus
from modules.study import protocol
from modules.study.protocol import ReminderLimits, ReminderPlan
from notifications import outbox
from notifications.models import Contact, OutboxMessage, Scope, State
from plugin import reminders
from plugin.tool import build
from plugin.worker import Tasks
from tests import factories
from tests.factories import CONTROL, TREATED, Clinic


@pytest.fixture
def tasks(tool) -> Tasks:
    return Tasks(tool)


@pytest.fixture
def reminded(clinic):
    """Add a participant who agreed to be reminded: `reminded(arm, day)`."""

    def add(arm: str = TREATED, day: int = 3, number: int = 1, name: str = "Ana Plantada"):
        with clinic.writing() as session:
            place = clinic.patient(session, arm, day, name)
            factories.contact(session, place.participant_id, f"+52 55 0000 {number:04}")
            return place

    return add


def states(clinic: Clinic) -> list[tuple[str, str, str]]:
    """Return kind, occurrence and state of every message."""
    return sorted((row.kind, row.occurrence, row.state.value) for row in clinic.rows(OutboxMessage))


def sent(tool) -> list[dict[str, object]]:
    """Return what the console channel wrote."""
    try:
        with open(tool.settings.of_channels["console_sink"], encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


class TestPlanning:
    def test_a_diary_that_is_not_written_is_reminded_of(self, clinic, tasks, reminded):
        reminded(day=3)
        tasks.plan_reminders()

        assert states(clinic) == [("diary_due", "2026-11-12", "planned")]

    def test_planning_again_plans_nothing_new(self, clinic, tasks, reminded):
        reminded(day=3)
        for _ in range(3):
            tasks.plan_reminders()

        assert len(clinic.rows(OutboxMessage)) == 1

    def test_a_visit_that_is_due_is_reminded_of_in_both_arms(self, clinic, tasks, reminded):
        reminded(TREATED, 14, 1)
        reminded(CONTROL, 14, 2)
        tasks.plan_reminders()

        visits = [row for row in clinic.rows(OutboxMessage) if row.kind == "assessment_due"]
        assert len(visits) == 2
        # Same day and hour: a message must not tell the arm (leak L17).
        assert len({row.not_before for row in visits}) == 1

    def test_the_control_arm_hears_nothing_of_the_programme(self, clinic, tasks, reminded):
        for day in (2, 3, 5, 8, 20):
            reminded(CONTROL, day, day)
        tasks.plan_reminders()

        kinds = {row.kind for row in clinic.rows(OutboxMessage)}
        assert kinds <= {"assessment_due"}

    def test_who_did_not_agree_is_not_written_to(self, clinic, tasks):
        with clinic.writing() as session:
            clinic.patient(session, day=3)
        tasks.plan_reminders()

        assert clinic.rows(OutboxMessage) == []

    def test_who_left_is_not_written_to(self, clinic, tasks, reminded):
        place = reminded(day=3)
        with clinic.writing() as session:
            one = session.get_one(Participant, place.participant_id)
            one.status = ParticipantStatus.WITHDRAWN
        tasks.plan_reminders()

        assert clinic.rows(OutboxMessage) == []


class TestTheTaskDoneFirst:
    def test_writing_the_diary_takes_its_reminder_back(self, clinic, tasks, reminded, client_for):
        patient = client_for("patient", of=reminded(day=3).id)
        tasks.plan_reminders()
        patient.post("/diary/2026-11-12", {"minutes": "0"})

        assert states(clinic) == [("diary_due", "2026-11-12", "cancelled")]

    def test_answering_the_last_questionnaire_takes_the_visit_back(
        self, clinic, tasks, reminded, client_for
    ):
        place = reminded(CONTROL, 14)
        patient = client_for("patient", of=place.id)
        with clinic.writing() as session:
            factories.assessment(session, place.participant_id, "week_2", "odi")
        tasks.plan_reminders()
        item = clinic.tool.instruments["vas_pain"].items[0].key
        answer = patient.post("/questions/week_2/vas_pain", {item: "40"})

        assert answer.status_code == 303
        assert states(clinic) == [("assessment_due", "week_2", "cancelled")]

    def test_answering_one_of_two_leaves_it(self, clinic, tasks, reminded, client_for):
        patient = client_for("patient", of=reminded(CONTROL, 14).id)
        tasks.plan_reminders()
        item = clinic.tool.instruments["vas_pain"].items[0].key
        patient.post("/questions/week_2/vas_pain", {item: "40"})

        assert states(clinic) == [("assessment_due", "week_2", "planned")]

    def test_it_is_asked_again_before_sending(self, clinic, tasks, reminded, clock):
        """A diary written by another way than the page (paper) is no reason to write."""
        place = reminded(day=3)
        tasks.plan_reminders()
        with clinic.writing() as session:
            factories.diary_entry(session, place.participant_id, factories.TODAY)
        clock.move(hours=6, minutes=5)
        tasks.deliver_reminders()

        assert sent(clinic.tool) == []
        assert [state for _kind, _of, state in states(clinic)] == ["cancelled"]

    @pytest.mark.parametrize("done", ["diary", "left", "nothing"])
    def test_the_question_before_sending(self, clinic, reminded, done):
        place = reminded(day=3)
        with clinic.writing() as session:
            if done == "diary":
                factories.diary_entry(session, place.participant_id, factories.TODAY)
            if done == "left":
                one = session.get_one(Participant, place.participant_id)
                one.status = ParticipantStatus.WITHDRAWN
        ask = reminders.still_due(clinic.tool)
        with clinic.tool.database.reading() as session:
            answer = ask(session, place.participant_id, "diary_due", "2026-11-12")

        expected = {
            "diary": outbox.Need.DONE,
            "left": outbox.Need.LEFT,
            "nothing": outbox.Need.NEEDED,
        }
        assert answer is expected[done]


class TestSending:
    def test_it_goes_out_at_its_hour_with_the_first_name_and_no_clinical_word(
        self, clinic, tasks, reminded, clock
    ):
        reminded(day=3)
        tasks.plan_reminders()
        tasks.deliver_reminders()
        assert sent(clinic.tool) == []
        clock.move(hours=6, minutes=1)
        tasks.deliver_reminders()

        (message,) = sent(clinic.tool)
        words = json.dumps(message, ensure_ascii=False)
        assert "Ana" in words
        for clinical in ("dolor", "lumbar", "ODI", "EVA", "Plantada"):
            assert clinical not in words

    def test_delivering_twice_sends_once(self, clinic, tasks, reminded, clock):
        reminded(day=3)
        tasks.plan_reminders()
        clock.move(hours=6, minutes=1)
        for _ in range(3):
            tasks.deliver_reminders()

        assert len(sent(clinic.tool)) == 1

    def test_too_late_is_not_sent(self, clinic, tasks, reminded, clock):
        reminded(day=3)
        tasks.plan_reminders()
        clock.move(hours=10)
        tasks.deliver_reminders()

        assert sent(clinic.tool) == []
        assert [state for _kind, _of, state in states(clinic)] == ["expired"]


class TestQuietHours:
    """Those of the study's protocol, when planning and when sending."""

    @pytest.fixture
    def quiet(self, clinic):
        """Give every study other quiet hours: `quiet(from_hour, until_hour)`."""

        def change(start: int, end: int) -> None:
            limits = ReminderLimits(quiet_from_hour=start, quiet_until_hour=end)
            clinic.tool.protocols = {
                key: each.model_copy(update={"reminder_limits": limits})
                for key, each in clinic.tool.protocols.items()
            }

        return change

    def test_what_was_planned_before_they_grew_waits_for_their_end(
        self, clinic, tasks, reminded, clock, quiet
    ):
        reminded(day=3)
        tasks.plan_reminders()
        quiet(18, 8)
        clock.move(hours=6, minutes=1)
        tasks.deliver_reminders()

        assert sent(clinic.tool) == []
        assert [row.reason for row in clinic.rows(OutboxMessage)] == ["quiet_hours"]

    def test_a_protocol_without_any_sends_at_its_hour(self, clinic, tasks, reminded, clock, quiet):
        quiet(0, 0)
        late = ReminderPlan(kind="diary_due", hour=22)
        clinic.tool.protocols = {
            key: each.model_copy(update={"reminders": (late,)})
            for key, each in clinic.tool.protocols.items()
        }
        reminded(day=3)
        tasks.plan_reminders()
        clock.move(hours=10, minutes=1)
        tasks.deliver_reminders()

        assert len(sent(clinic.tool)) == 1

    def test_the_page_that_asks_for_consent_names_them(self, clinic, client_for, quiet):
        quiet(20, 9)
        with clinic.writing() as session:
            place = clinic.patient(session, day=3)

        page = client_for("patient", of=place.id).get("/messages").text
        assert "nunca entre las 20:00 y las 9:00" in page


class TestAtTheStart:
    def test_a_protocol_that_plans_what_nobody_sends_is_refused(self, tool, tmp_path):
        source = protocol.shipped() / "care.yaml"
        planted = source.read_text("utf-8").replace("kind: diary_due", "kind: horoscope")
        (tmp_path / "care.yaml").write_text(planted, encoding="utf-8")
        settings = tool.settings.model_copy(update={"protocols": tmp_path})

        with pytest.raises(ProtocolFault, match=r"reminders\[\d+\]\.kind: .*diary_due"):
            build(settings)


class TestStopping:
    def test_stop_on_the_page_ends_all_that_is_planned(self, clinic, tasks, reminded, client_for):
        patient = client_for("patient", of=reminded(day=3).id)
        tasks.plan_reminders()
        patient.post("/messages", {"action": "stop"})

        assert [state for _kind, _of, state in states(clinic)] == ["cancelled"]
        assert [row.withdrawn_at is not None for row in clinic.rows(Contact)] == [True]

    def test_baja_by_message_ends_all_that_is_planned(self, clinic, tasks, reminded):
        reminded(day=3)
        tasks.plan_reminders()
        with clinic.writing() as session:
            (contact,) = session.scalars(select(Contact))
            outbox.opt_out_number(session, contact.phone_digest, clinic.tool.now(), "baja")
        tasks.plan_reminders()

        assert {state for _kind, _of, state in states(clinic)} == {"cancelled"}

    def test_withdrawal_ends_all_that_is_planned(self, clinic, tasks, reminded, client_for):
        place = reminded(day=3)
        tasks.plan_reminders()
        client_for("staff").post(
            f"/staff/participants/{place.participant_id}/withdrawal", {"reason": "own_wish"}
        )

        assert [state for _kind, _of, state in states(clinic)] == ["cancelled"]

    def test_staff_stop_them_at_the_participants_wish(self, clinic, tasks, reminded, client_for):
        place = reminded(day=3)
        tasks.plan_reminders()
        client_for("staff").post(f"/staff/participants/{place.participant_id}/reminders/stop")

        assert [row.state for row in clinic.rows(OutboxMessage)] == [State.CANCELLED]

    def test_staff_stop_those_of_the_programme_alone(self, clinic, tasks, reminded, client_for):
        place = reminded(day=14)
        tasks.plan_reminders()
        staff, person = client_for("staff"), f"/staff/participants/{place.participant_id}"
        staff.post(f"{person}/reminders/stop", {"keep": "assessments"})

        waiting = {kind for kind, _of, state in states(clinic) if state == "planned"}
        assert waiting == {"assessment_due"}
        assert "Solo los avisos de los cuestionarios" in staff.get(person).text

    def test_staff_take_back_no_stop_of_the_participant(self, clinic, reminded, client_for):
        place = reminded(day=14)
        with clinic.writing() as session:
            outbox.opt_out(session, place.participant_id, clinic.tool.now())
        path = f"/staff/participants/{place.participant_id}/reminders/stop"
        client_for("staff").post(path, {"keep": "assessments"})

        assert clinic.rows(Contact, Contact.withdrawn_at.is_(None)) == []

    def test_whoever_keeps_those_of_questionnaires_gets_what_the_control_arm_gets(
        self, clinic, tasks, reminded
    ):
        """At the same hours, day by day: tired of the programme's messages, nobody is lost."""
        for day in (3, 13, 14, 15, 28, 42):
            one, other = reminded(TREATED, day, 100 + day), reminded(CONTROL, day, 200 + day)
            with clinic.writing() as session:
                outbox.choose(
                    session, one.participant_id, clinic.tool.now(), Scope.ASSESSMENTS, "participant"
                )
                outbox.choose(
                    session,
                    other.participant_id,
                    clinic.tool.now(),
                    Scope.ASSESSMENTS,
                    "participant",
                )
            tasks.plan_reminders()
            theirs = [
                {
                    (row.kind, row.occurrence, row.not_before)
                    for row in clinic.rows(
                        OutboxMessage, OutboxMessage.participant_id == each.participant_id
                    )
                }
                for each in (one, other)
            ]
            assert theirs[0] == theirs[1]
        assert {row.kind for row in clinic.rows(OutboxMessage)} == {"assessment_due"}


def test_a_number_is_never_shown_whole(clinic, client_for, reminded):
    place = reminded(day=3)
    pages = [
        client_for("staff").get(f"/staff/participants/{place.participant_id}").text,
        client_for("patient", of=place.id).get("/messages").text,
    ]

    for page in pages:
        assert "00000001" not in page.replace(" ", "")
        assert "0001" in page or "01" in page
