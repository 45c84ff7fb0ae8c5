"""What each check says of its facts: plain functions, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.status.check import State
from plugin.status.checks import (
    CHECKS,
    approvals,
    channel,
    clock,
    courses,
    disk,
    grades,
    key_sets,
    kinds,
    outbox,
    pauses,
    queue,
    schema,
    wordings,
    worker,
)
from plugin.status.checks.clock import Differences
from plugin.status.checks.courses import Ways
from plugin.status.checks.grades import Grades
from plugin.status.checks.key_sets import Keys
from plugin.status.checks.kinds import Tally
from plugin.status.checks.outbox import Waiting
from plugin.status.checks.schema import Revisions
from plugin.status.checks.wordings import Wordings

NOW = datetime(2026, 11, 12, 18, tzinfo=UTC)
MB = 2**20


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("judge", "facts", "state", "code"),
    [
        (worker.judge, None, State.BAD, "never"),
        (worker.judge, ago(minutes=3), State.GOOD, "works"),
        (worker.judge, ago(minutes=3, seconds=1), State.UNSURE, "late"),
        (worker.judge, ago(minutes=10), State.UNSURE, "late"),
        (worker.judge, ago(minutes=10, seconds=1), State.BAD, "silent"),
        (worker.judge, ago(minutes=-11), State.BAD, "silent"),
        (schema.judge, Revisions(set(), {"b"}, {"a", "b"}), State.BAD, "empty"),
        (schema.judge, Revisions({"a"}, {"b"}, {"a", "b"}), State.BAD, "behind"),
        (schema.judge, Revisions({"c"}, {"b"}, {"a", "b"}), State.BAD, "ahead"),
        (schema.judge, Revisions({"b"}, {"b"}, {"a", "b"}), State.GOOD, "newest"),
        (clock.judge, Differences(None, None), State.GOOD, "agrees"),
        (clock.judge, Differences(4.0, -4.0), State.GOOD, "agrees"),
        (clock.judge, Differences(0.0, -5.0), State.UNSURE, "drifts"),
        (clock.judge, Differences(61.0, 0.0), State.BAD, "differs"),
        (outbox.judge, Waiting(0, None), State.GOOD, "flows"),
        (outbox.judge, Waiting(2, ago(minutes=15)), State.GOOD, "flows"),
        (outbox.judge, Waiting(2, ago(minutes=16)), State.UNSURE, "late"),
        (outbox.judge, Waiting(2, ago(minutes=61)), State.BAD, "stuck"),
        (queue.judge, 50, State.GOOD, "short"),
        (queue.judge, 51, State.UNSURE, "long"),
        (queue.judge, 501, State.BAD, "overfull"),
        (grades.judge, Grades(1, ago(minutes=59), 0), State.GOOD, "flow"),
        (grades.judge, Grades(0, None, 1), State.UNSURE, "refused"),
        (grades.judge, Grades(1, ago(minutes=61), 1), State.UNSURE, "late"),
        (pauses.judge, [], State.GOOD, "none"),
        (pauses.judge, [("whatsapp/diary_due.es", "no_template")], State.UNSURE, "text"),
        (pauses.judge, [("whatsapp", "credentials")], State.BAD, "channel"),
        (kinds.judge, {}, State.GOOD, "sent"),
        (kinds.judge, {"welcome": Tally(9, 1)}, State.GOOD, "sent"),
        (kinds.judge, {"welcome": Tally(9, 1), "diary_due": Tally(1, 0)}, State.BAD, "silent"),
        (disk.judge, {}, State.GOOD, "room"),
        (disk.judge, {"database": 2048 * MB}, State.GOOD, "room"),
        (disk.judge, {"database": 2047 * MB}, State.UNSURE, "soon"),
        (disk.judge, {"database": 2048 * MB, "media": 499 * MB}, State.BAD, "low"),
        (disk.judge, {"database": 15 * MB}, State.BAD, "full"),
        (channel.judge, ("whatsapp", []), State.GOOD, "formed"),
        (channel.judge, ("console", []), State.UNSURE, "console"),
        (channel.judge, ("whatsapp", ["TWILIO_ACCOUNT_SID"]), State.BAD, "wrong_form"),
        (key_sets.judge, [], State.GOOD, "fresh"),
        (key_sets.judge, [Keys("Campus", 2, ago(days=3), None)], State.GOOD, "fresh"),
        (key_sets.judge, [Keys("Campus", 2, ago(days=4), None)], State.UNSURE, "old"),
        (key_sets.judge, [Keys("Campus", 2, ago(days=4), "timeout")], State.UNSURE, "failing"),
        (key_sets.judge, [Keys("Campus", 0, None, "timeout")], State.BAD, "no_keys"),
        (key_sets.judge, [Keys("Campus", 0, None, None)], State.UNSURE, "not_read"),
        (approvals.judge, [], State.GOOD, "none"),
        (approvals.judge, ["Campus (7)"], State.UNSURE, "wait"),
        (wordings.judge, Wordings([]), State.GOOD, "loaded"),
        (wordings.judge, Wordings(["lumbar: odi (es)"]), State.BAD, "missing"),
        (wordings.judge, Wordings([], ["odi.yaml:3: is missing"]), State.BAD, "spoilt"),
        (courses.judge, Ways(0, 1, [], [], []), State.UNSURE, "no_platform"),
        (courses.judge, Ways(1, 0, [], [], []), State.UNSURE, "no_study"),
        (courses.judge, Ways(1, 2, ["lumbar"], [], []), State.UNSURE, "unconnected"),
        (courses.judge, Ways(1, 2, ["lumbar"], ["knee"], []), State.BAD, "unattended"),
        (courses.judge, Ways(1, 1, [], [], ["lumbar"]), State.UNSURE, "nobody_enrols"),
        (courses.judge, Ways(1, 1, [], [], []), State.GOOD, "open"),
    ],
)
def test_facts_lead_to_one_verdict(judge, facts, state, code):
    found = judge(facts, NOW)

    assert (found.state, found.code) == (state, code)
    assert code in next(check.words for check in CHECKS.values() if check.judge is judge)


def test_case_70_a_kind_of_which_nothing_went_out_is_named():
    tallies = {
        "welcome": Tally(9, 9, 1, 0),
        "diary_due": Tally(140, 130, 10, 0),
        "module_opened": Tally(14, 0, 1, 0),
        "session_due": Tally(0, 0),
    }
    found = kinds.judge(tallies, NOW)
    assert (found.state, found.about) == (State.BAD, ("diary_due", "module_opened"))


def test_a_finding_names_what_it_concerns():
    silent = {"welcome": Tally(9, 1), "session_due": Tally(2, 0), "diary_due": Tally(1, 0)}

    assert kinds.judge(silent, NOW).about == ("diary_due", "session_due")
    assert disk.judge({"database": 15 * MB, "media": 9000 * MB}, NOW).about == ("database: 15 MB",)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.key)
def test_every_code_of_a_check_has_words_in_both_languages(check):
    assert set(check.for_team) | check.stops <= set(check.words)
    assert all(text.es and text.en for text in [check.label, *check.words.values()])
