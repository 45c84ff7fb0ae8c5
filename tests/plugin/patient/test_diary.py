"""The diary: prefilled, forgiving, and never guessing what was not said."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from modules.diary import amounts
from modules.records.care_models import PrescriptionChange
from modules.records.models import DiaryEntry
from tests.plugin.patient.conftest import CONTROL

TODAY, YESTERDAY, LONG_AGO = "2026-11-12", "2026-11-11", "2026-11-09"


def entries(patient) -> list[DiaryEntry]:
    with patient.tool.database.reading() as session:
        found = select(DiaryEntry).order_by(DiaryEntry.recorded_at)
        rows = list(session.scalars(found))
        for row in rows:
            assert row.note is None or row.note
        return rows


def exercise(patient) -> str:
    return patient.tool.curriculum.module("education").exercises[0]


def full(patient, **changes: object) -> dict[str, object]:
    return {
        "exercises": exercise(patient),
        "minutes": "20",
        "effort": "3",
        "pain_before_mm": "52",
        "pain_after_mm": "0",
        "note": "Went well",
        "client_key": str(uuid.uuid4()),
    } | changes


class TestPage:
    def test_offers_todays_exercises_with_their_dose(self, patient):
        page = patient.page("/diary")
        shown = patient.tool.curriculum.exercise(exercise(patient))
        assert shown.name.en in page
        assert shown.dose.summary("en") in page

    def test_leads_to_yesterday(self, patient):
        assert f"/t/abc/diary/{YESTERDAY}" in patient.page("/diary")

    def test_shows_what_was_written_before(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        page = patient.page("/diary")
        assert 'value="52"' in page
        assert "Saving again replaces it" in page

    def test_a_pain_line_starts_without_an_answer(self, patient):
        page = patient.page("/diary")
        assert 'name="pain_before_mm" value=""' in " ".join(page.split())
        assert "vas-untouched" in page

    @pytest.mark.parametrize("day", [LONG_AGO, "2026-11-13", "never"])
    def test_a_day_that_cannot_be_written_is_not_found(self, patient, day):
        assert patient.get(f"/diary/{day}").status_code == 404

    def test_before_the_start_says_when_it_opens(self, make_patient):
        assert "not open yet" in make_patient(day=None).page("/diary")

    def test_after_the_last_week_says_that_it_is_complete(self, make_patient):
        assert "complete" in make_patient(day=50).page("/diary")


class TestWriting:
    def test_keeps_everything_that_was_said(self, patient):
        answer = patient.post(f"/diary/{TODAY}", full(patient))
        assert answer.status_code == 303
        entry = entries(patient)[0]
        assert (entry.minutes, entry.effort) == (20, 3)
        assert (entry.pain_before_mm, entry.pain_after_mm) == (52, 0)

    def test_an_untouched_line_is_a_missing_answer(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, pain_before_mm="", effort=""))
        assert (entries(patient)[0].pain_before_mm, entries(patient)[0].effort) == (None, None)

    def test_a_rest_day_needs_no_minutes(self, patient):
        sent = full(patient, minutes="")
        del sent["exercises"]
        patient.post(f"/diary/{TODAY}", sent)
        assert (entries(patient)[0].exercises, entries(patient)[0].minutes) == ([], 0)

    def test_yesterday_may_be_filled(self, patient):
        patient.post(f"/diary/{YESTERDAY}", full(patient))
        assert entries(patient)[0].day.isoformat() == YESTERDAY

    def test_an_older_day_is_refused(self, patient):
        assert patient.post(f"/diary/{LONG_AGO}", full(patient)).status_code == 422
        assert entries(patient) == []

    def test_the_same_form_sent_twice_is_one_entry(self, patient):
        sent = full(patient)
        for _time in range(2):
            patient.post(f"/diary/{TODAY}", sent)
        assert len(entries(patient)) == 1

    def test_a_new_form_for_the_day_replaces_the_old_one_and_keeps_it(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        patient.later(minutes=5)
        patient.post(f"/diary/{TODAY}", full(patient, minutes="30"))
        assert [entry.superseded_at is None for entry in entries(patient)] == [False, True]

    def test_a_note_is_kept_as_it_was_written(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, note="Más tranquilo <hoy>"))
        assert "Más tranquilo &lt;hoy&gt;" in patient.page("/diary")


def asked(patient) -> dict[str, int]:
    return amounts.asked_of(patient.tool.curriculum.exercise(exercise(patient)).dose)


def did(patient, **numbers: str) -> dict[str, str]:
    return {f"did-{exercise(patient)}-{name}": value for name, value in numbers.items()}


def prescribe(patient, **dose: int) -> None:
    with patient.tool.database.writing() as session:
        session.add(
            PrescriptionChange(
                participant_id=patient.participant_id,
                directions={},
                doses={exercise(patient): dose},
                added=[],
                paused=[],
                reason="progress",
                written_by=uuid.uuid4(),
                written_at=patient.moment[0],
            )
        )


class TestAmounts:
    """Today's first exercise is timed: its dose is minutes."""

    def kept(self, patient) -> dict[str, object]:
        return entries(patient)[-1].amounts[exercise(patient)]

    def test_a_tick_alone_is_done_as_prescribed_on_that_day(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        assert self.kept(patient) == {"asked": asked(patient), "said": {}}

    def test_the_page_offers_the_dose_filled_in(self, patient):
        page = " ".join(patient.page("/diary").split())
        assert "I did another amount" in page
        for name, value in asked(patient).items():
            assert f'name="did-{exercise(patient)}-{name}" value="{value}"' in page

    def test_another_amount_is_kept_beside_what_was_asked(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes="2"))
        assert self.kept(patient) == {"asked": asked(patient), "said": {"minutes": 2}}

    def test_the_filled_in_numbers_sent_back_say_nothing_more(self, patient):
        sent = {name: str(value) for name, value in asked(patient).items()}
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, **sent))
        assert self.kept(patient)["said"] == {}

    def test_a_number_that_was_taken_out_is_unknown(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes=""))
        assert self.kept(patient)["said"] == {"minutes": None}

    @pytest.mark.parametrize("said", ["90", "nonsense", "999"])
    def test_the_numbers_of_an_exercise_that_is_not_ticked_say_nothing(self, patient, said):
        sent = full(patient) | did(patient, minutes=said)
        del sent["exercises"]
        assert patient.post(f"/diary/{TODAY}", sent).status_code == 303
        assert entries(patient)[0].amounts == {}

    @pytest.mark.parametrize(
        ("said", "words"), [("0", "from 1 to 180"), ("181", "from 1 to 180"), ("2.5", "whole")]
    )
    def test_an_impossible_number_comes_back_with_words(self, patient, said, words):
        answer = patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes=said))
        assert answer.status_code == 422
        assert words in answer.text
        assert f'href="#did-{exercise(patient)}-minutes"' in answer.text
        assert f'value="{said}"' in answer.text
        assert entries(patient) == []

    def test_far_more_than_planned_is_saved_as_it_is_and_asked_about(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes="120"))
        assert self.kept(patient)["said"] == {"minutes": 120}
        assert "Was that a slip?" in patient.page("/today")

    def test_an_edit_shows_what_was_said_and_keeps_the_old_value(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes="2"))
        field = f'name="did-{exercise(patient)}-minutes" value="2"'
        assert field in " ".join(patient.page("/diary").split())
        patient.later(minutes=5)
        patient.post(f"/diary/{TODAY}", full(patient) | did(patient, minutes="3"))
        said = [e.amounts[exercise(patient)]["said"] for e in entries(patient)]
        assert said == [{"minutes": 2}, {"minutes": 3}]

    def test_a_later_prescription_does_not_change_what_was_asked_that_day(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        patient.later(minutes=5)
        prescribe(patient, minutes=9)
        patient.later(minutes=5)
        patient.post(f"/diary/{TODAY}", full(patient, minutes="30"))
        assert self.kept(patient) == {"asked": asked(patient), "said": {}}

    def test_yesterday_is_asked_for_with_yesterdays_dose(self, patient):
        prescribe(patient, minutes=9)
        patient.later(minutes=5)
        patient.post(f"/diary/{YESTERDAY}", full(patient))
        patient.post(f"/diary/{TODAY}", full(patient))
        found = {e.day.isoformat(): e.amounts[exercise(patient)]["asked"] for e in entries(patient)}
        assert found == {YESTERDAY: asked(patient), TODAY: {"minutes": 9}}

    def test_a_page_that_was_open_when_the_dose_changed_means_the_dose_it_showed(self, patient):
        shown_at = patient.moment[0].isoformat()
        assert f'name="shown_at" value="{shown_at}"' in patient.page("/diary")
        patient.later(minutes=5)
        prescribe(patient, minutes=9)
        patient.later(minutes=5)
        sent = {name: str(value) for name, value in asked(patient).items()}
        patient.post(f"/diary/{TODAY}", full(patient, shown_at=shown_at) | did(patient, **sent))
        assert self.kept(patient) == {"asked": asked(patient), "said": {}}

    @pytest.mark.parametrize(
        "shown_at", ["2031-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00", "never", ""]
    )
    def test_a_moment_that_cannot_be_right_counts_as_now(self, patient, shown_at):
        prescribe(patient, minutes=9)
        patient.later(minutes=5)
        patient.post(f"/diary/{TODAY}", full(patient, shown_at=shown_at))
        assert self.kept(patient)["asked"] == {"minutes": 9}


class TestKeptByADevice:
    """What the page's script sends; how it keeps entries is in test_kept_diary."""

    def later(self, patient, sent, day=TODAY):
        return patient.client.post(
            f"/t/abc/diary/{day}",
            data=sent | {"kept": "yes"},
            headers={"Accept": "application/json"},
        )

    def test_the_script_hears_which_entry_was_saved_and_where_to_go(self, patient):
        sent = full(patient)
        answer = self.later(patient, sent)
        assert answer.json == {
            "saved": sent["client_key"],
            "next": "/t/abc/today",
            "look": False,
            "counts": True,
        }

    def test_a_day_that_was_open_when_it_was_written_is_taken_later(self, make_patient):
        patient = make_patient(day=10)
        sent = full(patient, written_at="2026-11-10T20:00:00Z")
        assert self.later(patient, sent, LONG_AGO).status_code == 200
        assert [entry.day.isoformat() for entry in entries(patient)] == [LONG_AGO]

    @pytest.mark.parametrize("said", ["2026-11-04T20:00:00Z", "2027-01-01T00:00:00Z", "whenever"])
    def test_a_device_that_cannot_be_right_opens_no_day(self, make_patient, said):
        patient = make_patient(day=10)
        assert self.later(patient, full(patient, written_at=said), LONG_AGO).status_code == 422
        assert entries(patient) == []

    def test_what_was_written_earlier_does_not_replace_what_was_written_later(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, minutes="30"))
        patient.later(minutes=5)
        self.later(patient, full(patient, minutes="10", written_at="2026-11-12T17:00:00Z"))
        current = [entry.minutes for entry in entries(patient) if entry.superseded_at is None]
        assert (current, len(entries(patient))) == ([30], 2)

    def test_whose_entry_does_not_count_is_told(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, minutes="30"))
        patient.later(minutes=5)
        sent = full(patient, minutes="10", written_at="2026-11-12T17:00:00Z")
        assert self.later(patient, sent).json["counts"] is False

    @pytest.mark.parametrize("wrong", [timedelta(days=365), timedelta(days=-365)])
    @pytest.mark.parametrize("says_when_sent", [True, False])
    def test_a_wrong_clock_shadows_no_later_correction(self, patient, wrong, says_when_sent):
        said = (patient.moment[0] + wrong).isoformat()
        sent = {"sent_at": said} if says_when_sent else {}
        patient.post(f"/diary/{TODAY}", full(patient, minutes="10"))
        patient.later(minutes=5)
        first = self.later(patient, full(patient, minutes="20", written_at=said) | sent)
        patient.later(minutes=5)
        second = self.later(patient, full(patient, minutes="35", written_at=said) | sent)
        current = [entry.minutes for entry in entries(patient) if entry.superseded_at is None]
        assert (first.json["counts"], second.json["counts"], current) == (True, True, [35])

    def test_what_came_while_the_clock_of_the_host_was_ahead_shadows_nothing(self, patient):
        patient.later(hours=3)
        patient.post(f"/diary/{TODAY}", full(patient, minutes="20"))
        patient.later(hours=-3)
        said = patient.moment[0].isoformat()
        answer = self.later(patient, full(patient, minutes="35", written_at=said, sent_at=said))
        current = [entry.minutes for entry in entries(patient) if entry.superseded_at is None]
        assert (answer.json["counts"], current) == (True, [35])

    def test_a_correction_counts_though_the_clock_of_the_host_was_set_back(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, minutes="20"))
        patient.later(minutes=-30)
        patient.post(f"/diary/{TODAY}", full(patient, minutes="35"))
        current = [entry.minutes for entry in entries(patient) if entry.superseded_at is None]
        assert current == [35]


class TestFaults:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("minutes", "0", "how many minutes"),
            ("minutes", "", "how many minutes"),
            ("minutes", "999", "from 0 to 240"),
            ("minutes", "2.5", "whole number"),
            ("pain_before_mm", "101", "from 0 to 100"),
            ("pain_before_mm", "a lot", "whole number"),
            ("exercises", "c7_superman", "no longer offered"),
            ("note", "x" * 1001, "too long"),
        ],
    )
    def test_come_back_with_words_and_nothing_is_saved(self, patient, field, value, words):
        answer = patient.post(f"/diary/{TODAY}", full(patient, **{field: value}))
        assert answer.status_code == 422
        assert words in answer.text
        assert entries(patient) == []

    def test_what_was_typed_is_not_lost(self, patient):
        answer = patient.post(f"/diary/{TODAY}", full(patient, minutes="999", note="Keep me"))
        assert "Keep me" in answer.text
        assert 'value="999"' in answer.text

    def test_the_summary_leads_to_the_field(self, patient):
        answer = patient.post(f"/diary/{TODAY}", full(patient, minutes="999"))
        assert 'href="#minutes"' in answer.text
        assert 'aria-invalid="true"' in answer.text


class TestList:
    """What was asked for is kept with what was done: without it, nobody knows of «all»."""

    def test_an_entry_keeps_the_list_that_its_page_showed(self, patient):
        page = patient.page("/diary")
        todays = page.partition('name="todays" value="')[2].partition('"')[0]
        patient.post(f"/diary/{TODAY}", full(patient, todays=todays))
        assert len(todays.split()) > 1
        assert entries(patient)[0].listed == todays.split()

    def test_an_entry_of_yesterday_keeps_yesterdays_list(self, make_patient):
        patient = make_patient(day=35)  # the day before relaxation begins

        def listed(day: str) -> list[str]:
            page = patient.page(f"/diary/{day}")
            return page.partition('name="todays" value="')[2].partition('"')[0].split()

        then = listed(TODAY)
        patient.later(days=1)
        assert listed(TODAY) == then
        assert listed("2026-11-13") != then

    def test_what_is_no_exercise_of_the_course_is_on_no_list(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient, todays=f"x {exercise(patient)} <b>"))
        assert entries(patient)[0].listed == [exercise(patient)]

    def test_a_form_that_says_no_list_keeps_none(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        assert entries(patient)[0].listed is None


class TestEncouragement:
    FIRST = "This is your first entry"

    def test_a_new_entry_is_answered_with_what_is_true_of_it(self, patient):
        patient.post(f"/diary/{TODAY}", full(patient))
        assert f"Your diary is saved. Thank you. {self.FIRST}" in patient.page("/today")

    def test_an_entry_written_again_is_no_new_one(self, patient):
        for _ in range(2):
            patient.post(f"/diary/{TODAY}", full(patient))
            page = patient.page("/today")
        assert "Your diary is saved. Thank you." in page
        assert self.FIRST not in page

    def test_an_arm_with_a_diary_and_no_programme_is_told_only_that_it_is_saved(self, make_patient):
        patient = make_patient(components=CONTROL | {"diary"})
        patient.post(f"/diary/{TODAY}", {"did": "nothing", "client_key": str(uuid.uuid4())})
        page = patient.page("/today")
        assert "Your diary is saved. Thank you." in page
        assert self.FIRST not in page

    def test_where_somebody_must_act_nothing_is_praised(self, patient):
        answer = patient.post(f"/diary/{TODAY}", full(patient, pain_after_mm="100"))
        assert "/diary/saved/" in answer.location
        assert self.FIRST not in patient.page(answer.location.removeprefix("/t/abc"))
        assert self.FIRST not in patient.page("/today")
