"""A protocol is data: a wrong file is refused with the file, the field and the reason."""

import copy
from importlib import resources
from typing import Any

import pytest
import yaml

from modules.errors import ProtocolFault
from modules.outcomes.instruments import INSTRUMENTS
from modules.study import protocol as protocols

FOLDER = resources.files("modules.study") / "protocols"
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


WRONG = [
    ("key", "Not a key", "key"),
    ("key", ..., "key"),
    ("title", {"es": "Solo español"}, "title"),
    ("duration_weeks", 0, "duration_weeks"),
    ("duration_weeks", "six", "duration_weeks"),
    ("unknown_field", 1, "unknown_field"),
    ("arms", [], "arms"),
    ("arms.0.components", ["programme", "sauna"], "arms.0.components"),
    ("arms.0.type", "BEST", "arms.0.type"),
    ("randomisation.block_sizes", [4, 5], "randomisation"),
    ("randomisation.block_sizes", [], "randomisation.block_sizes"),
    ("randomisation.ratio", {"telerehabilitation": 1}, "(file)"),
    ("randomisation.ratio", {"telerehabilitation": 0, "conventional": 1}, "randomisation.ratio"),
    ("randomisation.requires", ["consent", "luck"], "randomisation.requires"),
    ("randomisation", None, "(file)"),
    ("modules.1.unlock.after", "core", "(file)"),
    ("modules.1.unlock.week", 7, "(file)"),
    ("modules.1.key", "education", "(file)"),
    ("modules.1.unlock.longest_wait_days", -1, "modules.1.unlock.longest_wait_days"),
    ("visits.0.opens_day", 5, "visits.0"),
    ("visits.1.instruments", [], "visits.1.instruments"),
    ("visits.1.key", "baseline", "(file)"),
    ("diary.mode", "hourly", "diary.mode"),
    ("diary.back_entry_days", 15, "diary.back_entry_days"),
    ("eligibility.inclusion.0.rule", "maybe", "eligibility.inclusion.0.rule"),
    ("reminders.0.hour", 24, "reminders.0.hour"),
    ("reminders.0.kind", "Birthday", "reminders.0.kind"),
    ("responders.0.to_visit", "week_9", "(file)"),
    ("recall", {"nrs": "P7D"}, "(file)"),
    ("recall", {"odi": "a week"}, "recall"),
    ("recovery.0.at_most", ..., "recovery.0"),
    ("recovery.0.at_most", "twenty", "recovery.0.at_most"),
    ("recovery.1.fall_percent", 0, "recovery.1.fall_percent"),
    ("recovery.0.confirm", 0, "recovery.0.confirm"),
    ("recovery.0.confirm", 4, "(file)"),
    ("recovery.0.instrument", "rmdq", "(file)"),
    ("recovery.1.key", "odi_20_twice", "(file)"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": []}, "weekly_measure.weeks"),
    ("weekly_measure", {"instruments": [], "weeks": [1]}, "weekly_measure.instruments"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [1, 1]}, "weekly_measure"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [7]}, "(file)"),
    ("weekly_measure", {"instruments": ["nrs"], "weeks": [2]}, "(file)"),
    (
        "weekly_measure",
        {"instruments": ["nrs"], "weeks": [1], "opens_days_before": 4},
        "weekly_measure",
    ),
    ("blinded_roles", ["patient"], "blinded_roles"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG, ids=[f"{p}={v}" for p, v, _f in WRONG])
def test_a_wrong_file_is_refused_by_file_field_and_reason(path, value, field):
    with pytest.raises(ProtocolFault) as refused:
        protocols.parse(changed(path, value), "mine.yaml")

    assert refused.value.file == "mine.yaml"
    assert refused.value.field.startswith(field)
    assert len(refused.value.reason) > 5


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_something_else_than_fields_is_refused(raw):
    with pytest.raises(ProtocolFault, match="no mapping"):
        protocols.parse(raw, "mine.yaml")


class TestFolder:
    def test_a_clinics_own_files_replace_the_shipped_ones(self, tmp_path):
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(changed("key", "mine")), "utf-8")
        (tmp_path / "notes.txt").write_text("not a protocol")

        assert list(protocols.load(tmp_path)) == ["mine"]

    def test_two_files_of_one_key_are_refused(self, tmp_path):
        for name in ("a.yaml", "b.yaml"):
            (tmp_path / name).write_text(yaml.safe_dump(TRIAL), "utf-8")

        with pytest.raises(ProtocolFault, match=r"b\.yaml: key: .* two files"):
            protocols.load(tmp_path)

    def test_a_file_that_is_no_yaml_is_refused_with_its_line(self, tmp_path):
        (tmp_path / "a.yaml").write_text("key: x\ntitle: [1, 2\n")

        with pytest.raises(ProtocolFault, match=r"a\.yaml: line \d+: is no valid YAML"):
            protocols.load(tmp_path)


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

    def visits(self):
        return protocols.parse(changed("weekly_measure", self.ASKED), "mine.yaml").visits

    def test_its_weeks_become_visits_in_the_order_of_their_days(self):
        assert [visit.key for visit in self.visits()] == [
            "baseline", "week_1", "week_2", "week_3", "week_4", "week_5", "week_6",
        ]  # fmt: skip

    def test_each_is_asked_on_the_last_day_of_its_week(self):
        week_3 = {visit.key: visit for visit in self.visits()}["week_3"]

        assert (week_3.opens_day, week_3.target_day, week_3.closes_day) == (19, 21, 24)
        assert week_3.instruments == ("nrs",)
        assert week_3.title.es == "Control de la semana 3"

    def test_no_window_overlaps_the_next(self):
        ordered = self.visits()

        assert all(a.closes_day < b.opens_day for a, b in zip(ordered, ordered[1:], strict=False))

    def test_care_asks_every_week_what_its_definition_of_recovery_needs(self):
        care = SHIPPED["care"]
        weeks = [visit.week for visit in care.visits if "odi" in visit.instruments]

        assert weeks == [0, 2, 3, 4, 5, 6]
        assert [rule.instrument for rule in care.recovery] == ["odi"]
