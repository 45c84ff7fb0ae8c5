"""A protocol is data: a wrong file is refused with every fault, its line and its field."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from modules.errors import Fault, ProtocolFault
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.protocol_instruments import misfits
from modules.study import protocol as protocols
from modules.study.protocol import Protocol

FOLDER = protocols.shipped()
TRIAL = yaml.safe_load((FOLDER / "imss-nct07248813.yaml").read_text("utf-8"))
SHIPPED = protocols.load()


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the trial with one field changed; `...` removes it."""
    raw = copy.deepcopy(TRIAL)
    *way, last = path.split(".")
    place: Any = raw
    for name in way:
        place = place[int(name) if name.isdecimal() else name]
    key: Any = int(last) if last.isdecimal() else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return raw


def write(path: Path, raw: object) -> None:
    """Write a protocol file."""
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")


def read(folder: Path, raw: object) -> Protocol:
    """Return the one protocol of a folder in which this is written."""
    write(folder / "mine.yaml", raw)
    (protocol,) = protocols.load(folder).values()
    return protocol


WRONG = [
    ("key", "Not a key", "key"),
    ("key", ..., "key"),
    ("title", {"es": "Solo español"}, "title.en"),
    ("duration_weeks", 0, "duration_weeks"),
    ("duration_weeks", "six", "duration_weeks"),
    ("unknown_field", 1, "unknown_field"),
    ("arms", [], "arms"),
    ("arms.0.components", ["programme", "sauna"], "arms[1].components[2]"),
    ("arms.0.type", "BEST", "arms[1].type"),
    ("randomisation.block_sizes", [4, 6], "randomisation.block_sizes"),
    ("randomisation.ratio", {"telerehabilitation": 1}, "randomisation.ratio"),
    ("randomisation.ratio", {}, "randomisation.ratio"),
    (
        "randomisation.ratio",
        {"telerehabilitation": 0, "conventional": 1},
        "randomisation.ratio.telerehabilitation",
    ),
    ("randomisation.requires", ["consent", "luck"], "randomisation.requires[2]"),
    ("randomisation", ..., "randomisation"),
    ("modules.1.unlock.after", "core", "modules[2].unlock.after"),
    ("modules.1.unlock.week", 7, "modules[2].unlock.week"),
    ("modules.1.key", "education", "modules[2].key"),
    ("modules.1.unlock.longest_wait_days", -1, "modules[2].unlock.longest_wait_days"),
    ("visits.0.opens_day", 5, "visits[1]"),
    ("visits.1.instruments", [], "visits[2].instruments"),
    ("visits.1.key", "baseline", "visits[2].key"),
    ("goals", ..., "goals"),
    ("goals", {"asked_again_weeks": [3, 7]}, "goals.asked_again_weeks[2]"),
    ("goals", {"asked_again_weeks": []}, "goals.asked_again_weeks"),
    ("goals", {"asked_again_weeks": [3], "open_weeks": 0}, "goals.open_weeks"),
    ("goals", {"asked_again_weeks": [3], "open_weeks": 9}, "goals.open_weeks"),
    ("arms.1.components", ["goals"], "arms[2].components"),
    ("arms.0.components", ["programme"], "goals"),
    ("diary.mode", "hourly", "diary.mode"),
    ("diary.back_entry_days", 15, "diary.back_entry_days"),
    ("eligibility.inclusion.0.rule", "maybe", "eligibility.inclusion[1].rule"),
    ("reminders.0.hour", 24, "reminders[1].hour"),
    ("reminders.0.kind", "Birthday", "reminders[1].kind"),
    ("responders.0.to_visit", "week_9", "responders[1].to_visit"),
    ("recall", {"nrs": "P7D"}, "recall.nrs"),
    ("recall", {"odi": "a week"}, "recall.odi"),
    ("recovery.0.at_most", ..., "recovery[1]"),
    ("recovery.0.at_most", "twenty", "recovery[1].at_most"),
    ("recovery.1.fall_percent", 0, "recovery[2].fall_percent"),
    ("recovery.0.confirm", 0, "recovery[1].confirm"),
    ("recovery.0.confirm", 4, "recovery[1].instrument"),
    ("recovery.0.instrument", "rmdq", "recovery[1].instrument"),
    ("recovery.1.key", "odi_20_twice", "recovery[2].key"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": []}, "weekly_measure.weeks"),
    ("weekly_measure", {"instruments": [], "weeks": [1]}, "weekly_measure.instruments"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [1, 1]}, "weekly_measure.weeks[2]"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [7]}, "weekly_measure.weeks[1]"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [2]}, "weekly_measure.weeks[1]"),
    (
        "weekly_measure",
        {"instruments": ["nrs"], "weeks": [1], "opens_days_before": 4},
        "weekly_measure",
    ),
    ("blinded_roles", ["patient"], "blinded_roles[1]"),
]


def refused(folder, *fits) -> list[Fault]:
    """Return the faults for which the protocols of a folder are refused."""
    with pytest.raises(ProtocolFault) as refusal:
        protocols.load(folder, *fits)
    return refusal.value.faults


@pytest.mark.parametrize(("path", "value", "field"), WRONG, ids=[f"{p}={v}" for p, v, _f in WRONG])
def test_a_wrong_file_is_refused_by_file_line_field_and_reason(tmp_path, path, value, field):
    write(tmp_path / "mine.yaml", changed(path, value))
    (fault,) = refused(tmp_path)

    assert (fault.file, fault.field) == ("mine.yaml", field)
    assert fault.line >= 1
    assert len(fault.reason) > 5


@pytest.mark.parametrize("text", ["[]", "text", "3"])
def test_something_else_than_fields_is_refused(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text)

    assert "must be a mapping with the fields key, version" in str(refused(tmp_path)[0])


class TestAllAtOnce:
    SHIPPED = (FOLDER / "care.yaml").read_text("utf-8")

    def told(self, folder, *edits: tuple[str, str], fits=()) -> list[str]:
        text = self.SHIPPED
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "care.yaml").write_text(text, "utf-8")
        return [str(fault) for fault in refused(folder, *fits)]

    def line(self, words: str) -> int:
        """Return the line of the shipped file in which these words stand first."""
        return self.SHIPPED[: self.SHIPPED.index(words)].count("\n") + 1

    def test_the_faults_of_every_field_are_told_with_their_lines(self, tmp_path):
        assert self.told(
            tmp_path,
            ("duration_weeks: 6", "duration_weeks: sixty"),
            ("{mode: daily", "{mode: hourly"),
            ("{kind: session_due", "{colour: red, kind: session_due"),
        ) == [
            f"care.yaml:{self.line('duration_weeks')}: duration_weeks: "
            "must be a whole number from 1 to 52",
            f"care.yaml:{self.line('{mode')}: diary.mode: must be one of daily, session, weekend",
            f"care.yaml:{self.line('{kind: session_due')}: reminders[2].colour: unknown field; "
            "known are kind, component, hour, expires_after_hours, weekdays, days_before",
        ]

    def test_what_does_not_fit_between_fields_is_told_with_its_line(self, tmp_path):
        assert self.told(
            tmp_path,
            ("after: ergonomics", "after: relaxation"),
            ("weeks: [2, 3, 4, 5]", "weeks: [2, 3, 6, 9]"),
            ("    to_visit: week_6", "    to_visit: week_8"),
        ) == [
            f"care.yaml:{self.line('after: ergonomics')}: modules[3].unlock.after: "
            "relaxation is no earlier module",
            f"care.yaml:{self.line('weekly_measure')}: weekly_measure.weeks[3]: "
            "there is a visit week_6 already",
            f"care.yaml:{self.line('weekly_measure')}: weekly_measure.weeks[4]: "
            "after the last week",
            f"care.yaml:{self.line('to_visit')}: responders[1].to_visit: "
            "names a visit that does not exist",
        ]

    def test_what_does_not_fit_the_questionnaires_is_told_with_its_line(self, tmp_path):
        one = {"odi": INSTRUMENTS["odi"]}
        faults = self.told(
            tmp_path,
            ("duration_weeks: 6", "duration_weeks: 5"),
            fits=(lambda protocol: misfits(protocol, one),),
        )
        place = self.line("instruments: [odi, vas_pain]")
        reason = "there is no questionnaire 'vas_pain'"

        assert f"care.yaml:{place}: visits[1].instruments[2]: {reason}" in faults
        assert [fault.split(": ")[0] for fault in faults] == [
            f"care.yaml:{line}"
            for line in (self.line("goals:"), place, place + 6, self.line("weekly_measure"))
        ]

    def test_the_faults_of_all_files_are_told(self, tmp_path):
        write(tmp_path / "a.yaml", changed("key", ...))
        write(tmp_path / "b.yaml", changed("duration_weeks", 0))

        assert [fault.file for fault in refused(tmp_path)] == ["a.yaml", "b.yaml"]


class TestFolder:
    def test_a_clinics_own_files_replace_the_shipped_ones(self, tmp_path):
        write(tmp_path / "mine.yaml", changed("key", "mine"))
        (tmp_path / "notes.txt").write_text("not a protocol")

        assert list(protocols.load(tmp_path)) == ["mine"]

    def test_two_files_of_one_key_are_refused(self, tmp_path):
        for name in ("a.yaml", "b.yaml"):
            write(tmp_path / name, TRIAL)

        (fault,) = refused(tmp_path)
        assert (fault.file, fault.field) == ("b.yaml", "key")
        assert fault.reason == "imss-nct07248813 is the key of another file too"

    def test_a_file_that_is_no_yaml_is_refused_with_its_line(self, tmp_path):
        (tmp_path / "a.yaml").write_text("key: x\ntitle: [1, 2\n")

        with pytest.raises(ProtocolFault, match=r"a\.yaml:\d: not valid YAML"):
            protocols.load(tmp_path)

    def test_a_file_in_another_encoding_is_refused(self, tmp_path):
        (tmp_path / "a.yaml").write_bytes("key: año".encode("latin-1"))

        assert [str(fault) for fault in refused(tmp_path)] == ["a.yaml: is not UTF-8 text"]


class TestShipped:
    def test_there_is_a_trial_and_a_care_programme(self):
        assert {key for key, one in SHIPPED.items() if one.is_trial} == {"imss-nct07248813"}
        assert {"imss-nct07248813", "care"} <= set(SHIPPED)

    def test_care_has_one_arm_and_blinds_nobody(self):
        care = SHIPPED["care"]

        assert len(care.arms) == 1
        assert care.randomisation is None
        assert care.blinded_roles == ()

    @pytest.mark.parametrize("key", SHIPPED)
    def test_every_module_is_in_the_content_and_every_instrument_is_known(self, key, curriculum):
        for module in SHIPPED[key].modules:
            assert curriculum.module(module.key).lessons
        for visit in SHIPPED[key].visits:
            assert set(visit.instruments) <= set(INSTRUMENTS)

    @pytest.mark.parametrize("key", SHIPPED)
    def test_reading_twice_gives_the_same(self, key):
        assert protocols.load()[key] == SHIPPED[key]

    @pytest.mark.parametrize("key", SHIPPED)
    def test_nobody_changes_a_protocol_that_runs(self, key):
        with pytest.raises(ValueError, match="frozen"):
            SHIPPED[key].duration_weeks = 99


class TestWeeklyMeasure:
    """A short measure at the end of each week named: visits like any other."""

    ASKED = {"instruments": ["nrs"], "weeks": [5, 1, 3]}

    @pytest.fixture
    def visits(self, tmp_path):
        return read(tmp_path, changed("weekly_measure", self.ASKED)).visits

    def test_its_weeks_become_visits_in_the_order_of_their_days(self, visits):
        assert [visit.key for visit in visits] == [
            "baseline", "week_1", "week_2", "week_3", "week_4", "week_5", "week_6",
        ]  # fmt: skip

    def test_each_is_asked_on_the_last_day_of_its_week(self, visits):
        week_3 = {visit.key: visit for visit in visits}["week_3"]

        assert (week_3.opens_day, week_3.target_day, week_3.closes_day) == (19, 21, 24)
        assert week_3.instruments == ("nrs",)
        assert week_3.title.es == "Control de la semana 3"

    def test_no_window_overlaps_the_next(self, visits):
        assert all(a.closes_day < b.opens_day for a, b in zip(visits, visits[1:], strict=False))

    def test_care_asks_every_week_what_its_definition_of_recovery_needs(self):
        care = SHIPPED["care"]
        weeks = [visit.week for visit in care.visits if "odi" in visit.instruments]

        assert weeks == [0, 2, 3, 4, 5, 6]
        assert [rule.instrument for rule in care.recovery] == ["odi"]
