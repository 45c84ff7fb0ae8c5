"""When an entry, a questionnaire or a silence asks for somebody's attention. Pure: rules only.

No rule diagnoses: the patient is shown a fixed text (`content/safety.yaml`), the team gets an
owned task with a due time (`safety.triggers`). All thresholds are defaults to be confirmed by a
clinician.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from modules.safety import distress
from modules.safety.symptoms import Symptom
from modules.safety.triggers import Trigger
from modules.text import fold

SILENT_DAYS = 7
MISSED_LOGS = 2

PAIN_HIGH_MM = 80
PAIN_RISE_MM = 30
NEXT_DAY_HIGH_MM = 30
"""One entry that begins so far above the pain before day 1 is enough (T3)."""
NEXT_DAY_RISE_MM = 20
"""So far above it, `NEXT_DAY_ENTRIES` in a row are needed (T4)."""
NEXT_DAY_ENTRIES = 3
PHQ9_SEVERE = 20
GAD7_SEVERE = 15
ODI_WORSE = 10
RMDQ_WORSE = 5

WORDS = (
    "suicid",
    "quitarme la vida",
    "matarme",
    "incontinen",
    "no siento",
    "no controlo",
    "caida",
    "me cai",
    "desmay",
    "kill myself",
    "cannot feel",
    "can't feel",
    "fell down",
    "faint",
)
"""Beginnings of words in a note that a person should read, without accents (es, en)."""


@dataclass(frozen=True, slots=True)
class ExerciseSession:
    """What a diary entry says that matters here; pain in mm (0–100), symptoms by code."""

    pain_before_mm: int | None
    pain_after_mm: int | None
    symptoms: frozenset[str] = frozenset()
    note: str = ""


def of_diary(
    entry: ExerciseSession,
    earlier: Sequence[ExerciseSession] = (),
    baseline_mm: int | None = None,
) -> list[Trigger]:
    """Return the triggers of a diary entry. `earlier`: the entries before it, oldest first."""
    found = {symptom.raises for symptom in Symptom if symptom in entry.symptoms}
    if is_high(entry) or _begins_high(entry, baseline_mm):
        found.add(Trigger.PAIN_HIGH)
    if baseline_mm is not None and _stays_high([*earlier, entry], baseline_mm):
        found.add(Trigger.PAIN_LASTING)
    if worrying(entry.note):
        found.add(Trigger.NOTE_TO_READ)
    return [trigger for trigger in Trigger if trigger in found]


class OutOfTouch(StrEnum):
    """How a participant fell out of touch: `Trigger.OUT_OF_TOUCH` in either case."""

    NOT_SEEN = "not_seen"
    """Seven days without a log-in."""
    DIARY_MISSED = "diary_missed"
    """Seen, but two diary entries missed in a row."""


def out_of_touch(
    today: date,
    day_one: date,
    last_login: date | None,
    last_entry: date | None,
    sessions_per_week: int | None,
) -> OutOfTouch | None:
    """Return how a participant in the programme is out of touch; None when they are not.

    How far apart entries are expected follows from the protocol's sessions a week; None: no diary
    is kept. Whoever never came is counted from day 1.
    """
    if (today - (last_login or day_one)).days >= SILENT_DAYS:
        return OutOfTouch.NOT_SEEN
    if sessions_per_week is None:
        return None
    apart = math.ceil(7 / sessions_per_week)
    missed = (today - (last_entry or day_one)).days > MISSED_LOGS * apart
    return OutOfTouch.DIARY_MISSED if missed else None


def is_high(entry: ExerciseSession) -> bool:
    """Return whether a session itself ended with high pain, or much more than it began with."""
    before, after = entry.pain_before_mm, entry.pain_after_mm
    if after is None:
        return False
    return after >= PAIN_HIGH_MM or (before is not None and after - before >= PAIN_RISE_MM)


def _begins_high(entry: ExerciseSession, baseline_mm: int | None) -> bool:
    """Return whether the pain left from the last session is far above the pain before day 1."""
    pain = entry.pain_before_mm
    if pain is None or baseline_mm is None:
        return False
    return pain - baseline_mm >= NEXT_DAY_HIGH_MM


def _stays_high(entries: Sequence[ExerciseSession], baseline_mm: int) -> bool:
    newest = [entry.pain_before_mm for entry in entries[-NEXT_DAY_ENTRIES:]]
    if len(newest) < NEXT_DAY_ENTRIES:
        return False
    return all(pain is not None and pain - baseline_mm >= NEXT_DAY_RISE_MM for pain in newest)


def worrying(text: str) -> bool:
    """Return whether a note holds words that a person should read; accents do not matter."""
    plain = fold(text)
    return any(word in plain for word in WORDS) or distress.heard(text) is not None


def of_assessment(
    instrument: str,
    flags: Collection[str],
    score: float | Fraction | None,
    baseline: float | Fraction | None,
) -> list[Trigger]:
    """Return the triggers of a completed questionnaire.

    `flags`: what `questionnaire.safety_flags` found, also where nothing can be scored; `score` and
    `baseline`: main scores of this and the first visit.
    """
    found = [Trigger.SUICIDAL_IDEATION] if flags else []
    severe = {"phq9": PHQ9_SEVERE, "gad7": GAD7_SEVERE}.get(instrument)
    if severe is not None and score is not None and score >= severe:
        found.append(Trigger.SEVERE_MOOD_SCORE)
    worse = {"odi": ODI_WORSE, "rmdq": RMDQ_WORSE}.get(instrument)
    if worse is not None and _rise(baseline, score) >= worse:
        found.append(Trigger.FUNCTION_WORSE)
    return found


def _rise(baseline: float | Fraction | None, score: float | Fraction | None) -> float | Fraction:
    return 0 if baseline is None or score is None else score - baseline
