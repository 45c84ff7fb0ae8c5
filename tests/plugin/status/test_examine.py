"""The one function that says how the installation is, on both engines."""

import logging
import shutil
from datetime import timedelta

from sqlalchemy import delete, text, update
from sqlalchemy.exc import OperationalError

from lti.models import Deployment, LaunchRecord, LtiUser, PlatformKeySet, Standing
from lti.services.grade_models import ProgressGrade
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import Study
from notifications.models import OutboxMessage, Pause
from notifications.models import State as Sending
from plugin.models import Role
from plugin.status import key_check
from plugin.status.check import State
from plugin.status.checks import CHECKS
from plugin.status.examine import examine, is_well, stopper
from tests import factories


def found(place, key):
    return examine(place, [CHECKS[key]])[key]


def test_every_check_finds_its_answer_on_both_engines(place, study):
    key_check.require(place.database, place.tool.now())
    answers = examine(place)

    assert set(answers) == set(CHECKS)
    assert [key for key, each in answers.items() if each.state is State.UNKNOWN] == []
    assert answers["secret"].code == "fit"
    assert answers["schema"].code == "newest"


def test_a_reminder_that_waits_is_counted_with_its_age(place, study):
    now = place.tool.now()
    due = now - timedelta(hours=2)
    with place.database.writing() as session:
        one = study.patient(session).participant_id
        session.add_all(
            [
                message(one, "first", Sending.PLANNED, due),
                message(one, "later", Sending.PLANNED, now + timedelta(hours=1)),
                message(one, "gone", Sending.SENT, due),
            ]
        )

    assert found(place, "outbox").figures == {"waiting": 1, "oldest_seconds": 7200}


def message(participant_id, occurrence, state, due, kind="diary_due"):
    return OutboxMessage(
        participant_id=participant_id,
        kind=kind,
        occurrence=occurrence,
        on_day="2026-11-12",
        state=state,
        variables={},
        planned_at=due,
        not_before=due,
        expires_at=due + timedelta(days=1),
        next_try_at=due,
        changed_at=due,
    )


def test_a_kind_of_which_nothing_left_is_named_and_what_nobody_needed_is_not_counted(place, study):
    due = place.tool.now() - timedelta(days=1)
    with place.database.writing() as session:
        one = study.patient(session).participant_id
        session.add_all(
            [
                message(one, "1", Sending.EXPIRED, due, "diary_due"),
                message(one, "1", Sending.EXPIRED, due, "welcome"),
                message(one, "2", Sending.READ, due, "welcome"),
                message(one, "1", Sending.CANCELLED, due, "session_due"),
            ]
        )

    assert found(place, "kinds").about == ("diary_due",)


def test_a_paused_channel_is_found_until_a_message_has_gone_through(place):
    now = place.tool.now()
    with place.database.writing() as session:
        session.add(Pause(scope="whatsapp", since=now, until=now, reason="credentials"))

    assert found(place, "pauses").about == ("whatsapp: credentials",)


def test_a_platform_that_runs_ahead_is_told_by_its_launches_and_a_slow_one_is_not(place, study):
    now = place.tool.now()
    with place.database.writing() as session:
        for number, seconds in enumerate((-40, 12, 11)):
            session.add(
                LaunchRecord(
                    reference=f"r{number}",
                    platform_id=study.platform_id,
                    at=now - timedelta(minutes=number),
                    step="launch",
                    accepted=False,
                    passed=[],
                    status=400,
                    detail={"clock_seconds": seconds},
                )
            )

    assert found(place, "clock").figures["platform_seconds"] == 12


def test_a_pending_deployment_and_a_failing_key_set_are_named_by_their_platform(place, study):
    with place.database.writing() as session:
        session.execute(update(Deployment).values(status=Standing.PENDING))
        session.add(PlatformKeySet(platform_id=study.platform_id, keys=[], problem="timeout"))

    assert found(place, "approvals").about == ("Campus (1)",)
    assert found(place, "key_sets").about == ("Campus (timeout)",)
    assert found(place, "courses").code == "no_platform"


def test_a_study_that_patients_can_enter_and_nobody_looks_after_is_wrong(place, study):
    assert found(place, "courses").code == "unattended"
    assert found(place, "courses").about == ("lumbar",)

    with place.database.writing() as session:
        somebody = session.get_one(LtiUser, study.member(session, "Ana").lti_user_id)
        factories.role(session, study.study_id, somebody, Role.STAFF)

    assert found(place, "courses").code == "nobody_enrols"


def test_a_trial_in_which_nobody_enrols_waits(place, study):
    with place.database.writing() as session:
        for role in (Role.STAFF, Role.ENROLLER):
            somebody = session.get_one(LtiUser, study.member(session, "Ana").lti_user_id)
            factories.role(session, study.study_id, somebody, role)

    assert found(place, "courses").code == "open"


def test_a_licensed_questionnaire_without_its_text_keeps_it_shut_and_doctor_says_so(place, study):
    assert found(place, "wordings").code == "loaded"
    place.tool.instruments = dict(INSTRUMENTS)
    with place.database.writing() as session:
        session.get_one(Study, study.study_id).synthetic = False

    assert "lumbar: odi (es)" in found(place, "wordings").about


def test_a_text_pack_spoilt_by_hand_is_named_with_its_line(place, study, tmp_path):
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "odi.es.yaml").write_text("instrument: odi\nlanguage: xx\n", encoding="utf-8")
    place.tool.settings = place.tool.settings.model_copy(update={"text_packs": packs})

    said = found(place, "wordings")
    assert said.code == "spoilt"
    assert any(each.startswith("odi.es.yaml:2: language") for each in said.about)


def test_a_full_disk_stops_serving(place, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=2**20))
    key_check.require(place.database, place.tool.now())

    assert stopper(place) == "disk_full"


def test_tables_of_an_older_version_stop_serving(place):
    key_check.require(place.database, place.tool.now())
    assert stopper(place) is None
    with place.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001_first_tables'"))

    assert stopper(place) == "schema_behind"


def test_without_its_database_everything_else_is_unknown_not_well(place, monkeypatch):
    def away():
        raise OperationalError("SELECT 1", None, ConnectionError())

    monkeypatch.setattr(place.database, "reading", away)
    answers = examine(place)

    assert answers["database"].state is State.BAD
    assert answers["worker"].state is State.UNKNOWN
    assert answers["disk"].state is not State.UNKNOWN
    assert stopper(place) == "database_away"
    assert not is_well(answers)


def test_a_check_that_fails_is_an_answer_and_its_log_line_says_where(place, monkeypatch, caplog):
    monkeypatch.setattr(place.queue, "pending_count", lambda: 1 / 0)

    assert found(place, "queue").state is State.UNKNOWN
    assert "check=queue could not look: ZeroDivisionError" in caplog.text


def test_what_lasts_is_one_line_and_its_end_is_another(place, caplog):
    caplog.set_level(logging.INFO, "plugin.status.examine")
    now = place.tool.now()
    for _ in range(2):
        found(place, "pauses")
    with place.database.writing() as session:
        session.add(Pause(scope="whatsapp", since=now, until=now, reason="credentials"))
    for _ in range(2):
        found(place, "pauses")
    with place.database.writing() as session:
        session.execute(delete(Pause))
    found(place, "pauses")

    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "status check=pauses state=bad code=channel",
        "status check=pauses state=good code=none",
    ]


def test_grades_that_wait_are_counted(place, study):
    now = place.tool.now()
    with place.database.writing() as session:
        member = study.member(session, "Persona sintética")
        session.add(
            ProgressGrade(
                membership_id=member.id, percent=5, queued_at=now, due_at=now - timedelta(hours=2)
            )
        )

    assert found(place, "grades").code == "late"
