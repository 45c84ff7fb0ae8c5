"""The screening form: in a form that can be taken, kept each time it is saved, newest counts."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from modules.errors import AlreadyRecorded, InvalidEntry
from modules.records import queries
from modules.records.models import Screening
from modules.services import screening
from modules.services.screening import ScreeningForm
from plugin.trial import allocation
from tests.factories import NOON, Clinic

STAFF = uuid.UUID(int=9)


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


def form(clinic: Clinic, **changes: object) -> ScreeningForm:
    criteria = clinic.protocol.eligibility.inclusion + clinic.protocol.eligibility.exclusion
    values: dict[str, object] = {
        "answers": {c.key: c.rule for c in criteria if c.rule in ("yes", "no")},
        "age_years": 44,
        "sex": "female",
        "height_cm": 160,
        "weight_kg": 70.5,
        "comorbidities": ("diabetes",),
        "activity_level": 2,
    }
    return ScreeningForm(**{**values, **changes})  # type: ignore[arg-type]


class TestScreening:
    def save(self, clinic, one, at=NOON, **changes):
        with clinic.writing() as session:
            answers = form(clinic, **changes)
            screening.record(session, one, clinic.protocol, answers, STAFF, at)

    def test_filled_again_it_counts_and_what_was_there_stays_beside_it(self, anywhere):
        one = anywhere.screened(())
        for hours, age in enumerate((44, 45, 46)):
            self.save(anywhere, one, NOON + timedelta(hours=hours), age_years=age)

        rows = sorted(anywhere.rows(Screening), key=lambda row: row.recorded_at)
        assert [row.age_years for row in rows] == [44, 45, 46]
        assert [row.superseded_at for row in rows] == [
            NOON + timedelta(hours=1),
            NOON + timedelta(hours=2),
            None,
        ]
        with anywhere.tool.database.reading() as session:
            assert queries.participant(session, one).covariates.age_years == 46
            (checked,) = allocation.papers(session, anywhere.study_id).screenings.values()
            assert checked.age_years == 46

    def test_the_same_form_sent_twice_is_one(self, anywhere):
        one = anywhere.screened(())
        for _ in range(2):
            self.save(anywhere, one)

        assert len(anywhere.rows(Screening)) == 1

    def test_two_who_save_at_the_same_instant_leave_one_that_counts(self, anywhere):
        one = anywhere.screened(())
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda age: self.save(anywhere, one, age_years=age), (41, 42, 43, 44)))

        rows = anywhere.rows(Screening)
        assert len(rows) == 4
        assert len([row for row in rows if row.superseded_at is None]) == 1

    def test_after_the_first_day_it_stays(self, clinic):
        with clinic.writing() as session:
            one = clinic.patient(session).participant_id
        with pytest.raises(AlreadyRecorded), clinic.writing() as session:
            screening.record(session, one, clinic.protocol, form(clinic), STAFF, NOON)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"age_years": -1}, "age_years"),
            ({"age_years": 121}, "age_years"),
            ({"height_cm": 99}, "height_cm"),
            ({"weight_kg": 24.9}, "weight_kg"),
            ({"weight_kg": float("nan")}, "weight_kg"),
            ({"activity_level": 5}, "activity_level"),
            ({"sex": "x"}, "sex"),
            ({"comorbidities": ("plague",)}, "comorbidities"),
            ({"answers": {}}, "pregnancy"),
        ],
    )
    def test_every_wrong_field_is_named(self, clinic, changes, field):
        one = clinic.screened(())
        answers = form(clinic, **changes)
        with pytest.raises(InvalidEntry) as refused, clinic.writing() as session:
            screening.record(session, one, clinic.protocol, answers, STAFF, NOON)

        assert field in refused.value.fields
        assert clinic.rows(Screening) == []
