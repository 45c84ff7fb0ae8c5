"""What leaves is what is listed, in an order and under names that tell nothing."""

import dataclasses
import uuid
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import blinding
from exports.audience import Audience
from exports.audiences import AUDIENCES
from exports.blinding import StudyRecord, blind, export_id
from exports.columns import TABLES
from exports.dataset import dataset, record
from exports.errors import NotExportable, UnevenRows, UnknownChoice
from modules.records.queries import ParticipantFacts

ASSESSOR = AUDIENCES["assessor"]

STUDY = uuid.UUID(int=1)
SECRET = bytes(32)
PEOPLE_ONLY = Audience(
    "assessor",
    ASSESSOR.label,
    {"participants": ASSESSOR.columns["participants"]},
)


def person_row(number: int, **more: object) -> dict[str, object]:
    return {
        "participant_id": uuid.UUID(int=number),
        "age_years": 43,
        "sex": "female",
        "bmi": 27.4,
        "comorbidities": ("diabetes",),
        "activity_level": 2,
        "started": "yes",
        **more,
    }


def blinded(rows, audience=PEOPLE_ONLY, secret=SECRET):
    return blind(StudyRecord(STUDY, {"participants": tuple(rows)}), audience, secret)


class TestTheList:
    def test_only_listed_columns_leave(self, facts, now, secret):
        made = dataset(facts(3), "assessor", secret, now)
        assert {table.key: table.header for table in made.tables} == dict(ASSESSOR.columns)

    def test_every_listed_column_is_known(self):
        for audience in AUDIENCES.values():
            for table, names in audience.columns.items():
                assert set(names) <= {column.name for column in TABLES[table][1]}

    def test_a_new_column_of_the_records_does_not_leave(self, facts, now, secret):
        @dataclasses.dataclass(frozen=True)
        class More(ParticipantFacts):
            arm: str = "telerehabilitation"

        source = facts(3)
        more = [More(**{f.name: getattr(p, f.name) for f in dataclasses.fields(p)})
                for p in source.people]  # fmt: skip
        wider = dataclasses.replace(source, people=more)
        assert record(wider, now).tables["participants"][0]["arm"] == "telerehabilitation"
        assert dataset(wider, "assessor", secret, now) == dataset(source, "assessor", secret, now)

    @pytest.mark.parametrize(
        "name",
        [
            "code", "enrolled_on", "day_one", "completed_on", "respondent", "input_mode",
            "revision", "minutes", "login_days", "withdrawal_reason", "age_years", "comorbidities",
        ],
    )  # fmt: skip
    def test_no_table_has_a_column_of_that_name(self, name):
        assert all(name not in names for names in ASSESSOR.columns.values())

    def test_where_a_person_stands_in_the_study_does_not_leave(self):
        assert "status" not in ASSESSOR.columns["participants"]

    def test_an_unknown_audience_is_refused(self):
        with pytest.raises(UnknownChoice):
            blinding.audience_of("everybody")

    def test_one_entry_makes_an_audience(self, monkeypatch, facts, now, secret):
        analyst = Audience(
            "analyst",
            ASSESSOR.label,
            {"participants": ("export_id",), "scores": ("score",)},
        )
        monkeypatch.setattr(blinding, "AUDIENCES", {**AUDIENCES, "analyst": analyst})
        made = dataset(facts(3), "analyst", secret, now)
        assert [table.header for table in made.tables] == [("export_id",), ("score",)]


class TestIdentifiers:
    def test_an_identifier_differs_between_audiences_studies_and_secrets(self):
        person = uuid.UUID(int=5)
        made = {
            export_id(SECRET, "assessor", STUDY, person),
            export_id(SECRET, "analyst", STUDY, person),
            export_id(SECRET, "assessor", uuid.UUID(int=2), person),
            export_id(bytes([1]) * 32, "assessor", STUDY, person),
        }
        assert len(made) == 4

    @given(st.uuids())
    def test_an_identifier_has_neither_vowels_nor_digits(self, person):
        made = export_id(SECRET, "assessor", STUDY, person)
        assert len(made) == 14
        assert set(made) <= set("BCDFGHJKLMNPQRSTVWXZ-")

    def test_the_participant_key_and_code_are_gone(self, facts, now, secret):
        source = facts(5)
        text = repr(dataset(source, "assessor", secret, now))
        for person in source.people:
            assert str(person.id) not in text
            assert person.code not in text

    def test_a_short_secret_is_refused(self):
        with pytest.raises(ValueError, match="32 bytes"):
            export_id(b"short", "assessor", STUDY, uuid.UUID(int=5))

    def test_two_people_with_one_identifier_stop_the_export(self, monkeypatch):
        monkeypatch.setattr(blinding, "export_id", lambda *_: "BBBB-BBBB-BBBB")
        with pytest.raises(NotExportable):
            blinded([person_row(1), person_row(2)])


class TestOrder:
    @given(st.permutations(range(1, 12)))
    def test_the_order_of_the_records_makes_no_difference(self, order):
        rows = [person_row(number, age_years=20 + number) for number in order]
        assert blinded(rows) == blinded(sorted(rows, key=lambda row: str(row["participant_id"])))

    def test_the_order_follows_neither_identifier_nor_enrolment(self, facts, now, secret):
        source = facts(200)
        ids = dataset(source, "assessor", secret, now).export_ids
        enrolled = [
            export_id(secret, "assessor", source.study.id, person.id) for person in source.people
        ]
        places = [enrolled.index(one) for one in ids]
        assert list(ids) != sorted(ids)
        assert abs(rank_correlation(places)) < 0.2

    @pytest.mark.parametrize(
        "other",
        [
            {"secret": bytes([1]) * 32},
            {"audience": dataclasses.replace(PEOPLE_ONLY, key="analyst")},
            {"study": uuid.UUID(int=2)},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_another_secret_audience_or_study_has_an_unrelated_order(self, other):
        """Else two files could be laid side by side, row by row, and the identifiers joined."""
        people = range(200)
        rows = [person_row(number) for number in people]

        def places(study=STUDY, audience=PEOPLE_ONLY, secret=SECRET):
            record = StudyRecord(study, {"participants": tuple(rows)})
            table = blind(record, audience, secret).table("participants")
            ids = {
                export_id(secret, audience.key, study, uuid.UUID(int=number)): number
                for number in people
            }
            return [ids[row["export_id"]] for row in table.records()]

        one, two = places(), places(**other)
        assert sorted(one) == sorted(two) == list(people)
        assert abs(rank_correlation([two.index(person) for person in one])) < 0.2

    def test_the_rows_of_a_person_keep_the_protocols_order(self, facts, now, secret, trial):
        made = dataset(facts(4), "assessor", secret, now).table("visits")
        planned = [(v.key, key) for v in trial.visits for key in v.instruments]
        for identifier in {row["export_id"] for row in made.records()}:
            rows = [r for r in made.records() if r["export_id"] == identifier]
            assert [(r["visit"], r["instrument"]) for r in rows] == planned


def rank_correlation(places):
    n = len(places)
    return 1 - 6 * sum((a - b) ** 2 for a, b in enumerate(places)) / (n * (n * n - 1))


class TestValues:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("sex", "telerehabilitation"),
            ("sex", date(2026, 1, 1)),
            ("started", True),
            ("activity_level", 5),
            ("activity_level", "2"),
            ("activity_level", 2.5),
            ("activity_level", float("nan")),
        ],
    )
    def test_a_value_of_another_kind_stops_the_export(self, column, value):
        with pytest.raises(NotExportable) as refusal:
            blinded([person_row(1, **{column: value})])
        assert str(refusal.value) == f"participants.{column}"

    @pytest.mark.parametrize(
        ("age", "group"), [(17, 15), (18, 15), (40, 40), (44, 40), (45, 45), (79, 75), (97, 80)]
    )
    def test_age_leaves_as_a_five_year_group(self, age, group):
        assert only_row(blinded([person_row(1, age_years=age)]))["age_group_from"] == group

    def test_conditions_leave_as_a_number_up_to_three(self):
        rare = person_row(1, comorbidities=("a", "b", "c", "d"))
        assert only_row(blinded([rare]))["condition_count"] == 3

    def test_body_mass_index_leaves_rounded(self):
        assert only_row(blinded([person_row(1, bmi=27.5)]))["bmi"] == 28

    def test_nothing_recorded_stays_nothing(self):
        empty = {"participant_id": uuid.UUID(int=1), "started": "no"}
        assert only_row(blinded([empty]))["age_group_from"] is None


def only_row(made):
    return next(made.table("participants").records())


class TestRowCounts:
    def test_everybody_has_the_same_number_of_rows(self, facts, now, secret):
        made = dataset(facts(20, answered=0.3), "assessor", secret, now)
        for table in made.tables:
            counts = [
                sum(row["export_id"] == one for row in table.records()) for one in made.export_ids
            ]
            assert len(set(counts)) == 1

    def test_one_row_more_for_one_person_stops_the_export(self, facts, now, secret):
        raw = record(facts(3), now)
        more = dict(raw.tables, items=raw.tables["items"] + raw.tables["items"][:1])
        with pytest.raises(UnevenRows):
            blind(StudyRecord(STUDY, more), ASSESSOR, secret)


ANYTHING = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.booleans(), st.uuids(), st.lists(st.integers()), st.fractions(),
)  # fmt: skip
NAMES = [column.name for column in TABLES["participants"][1]]


@given(
    st.dictionaries(
        st.sampled_from([*NAMES, "arm", "note", "comorbidities", "age_years"]), ANYTHING
    ),
    st.dictionaries(st.text(max_size=8), ANYTHING),
)
def test_whatever_a_record_holds_a_cell_is_of_its_columns_kind_or_nothing_leaves(known, other):
    row = {**other, **known, "participant_id": uuid.UUID(int=1)}
    try:
        made = blinded([row])
    except NotExportable:
        return
    columns = {column.name: column for column in made.table("participants").columns}
    for name, value in only_row(made).items():
        column = columns[name]
        assert value is None or isinstance(value, str | int | Fraction)
        assert not isinstance(value, str) or value in column.codes or name == "export_id"
        if isinstance(value, int):
            assert column.low is None or column.low <= value <= column.high


@given(st.integers(0, 2**32), st.integers(1, 400))
def test_days_of_study_do_not_move_with_the_calendar(seed, shift):
    number = Random(seed).randrange(1, 50)
    moved = person_row(number, day_one=date(2026, 1, 1) + timedelta(days=shift))
    assert blinded([moved]) == blinded([person_row(number, day_one=date(2026, 1, 1))])
