"""When an entry or a questionnaire asks for somebody's attention. Pure: rules, no storage.

The triggers T1 to T9 and the red flags R1 to R9 never diagnose: the patient is shown a fixed text
(`content/safety.yaml`), the team gets an owned task with a due time. All thresholds are defaults to
be confirmed by a clinician.
"""

import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction


class Level(StrEnum):
    """How quickly somebody has to look."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    AMBER = "amber"
    ADHERENCE = "adherence"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: how urgent it is and within which time somebody answers it."""

    code: str
    level: Level
    within: timedelta


ASK = "T5A"
"""The question on thoughts of death was left without an answer: somebody asks (task, no text)."""

TRIGGERS: Mapping[str, Trigger] = {
    trigger.code: trigger
    for trigger in (
        Trigger("T1", Level.EMERGENCY, timedelta(0)),
        Trigger("T2", Level.URGENT, timedelta(hours=24)),
        Trigger("T3", Level.AMBER, timedelta(hours=72)),
        Trigger("T4", Level.AMBER, timedelta(hours=72)),
        Trigger("T5", Level.URGENT, timedelta(hours=8)),
        Trigger("T5A", Level.URGENT, timedelta(hours=24)),
        Trigger("T6", Level.AMBER, timedelta(hours=72)),
        Trigger("T7", Level.AMBER, timedelta(hours=72)),
        Trigger("T8", Level.ADHERENCE, timedelta(hours=72)),
        Trigger("T9", Level.AMBER, timedelta(hours=72)),
        Trigger("R1", Level.EMERGENCY, timedelta(0)),
        Trigger("R2", Level.EMERGENCY, timedelta(0)),
        Trigger("R3", Level.URGENT, timedelta(hours=24)),
        Trigger("R4", Level.URGENT, timedelta(hours=24)),
        Trigger("R5", Level.URGENT, timedelta(hours=24)),
        Trigger("R6", Level.AMBER, timedelta(hours=72)),
        Trigger("R7", Level.EMERGENCY, timedelta(0)),
        Trigger("R8", Level.AMBER, timedelta(hours=72)),
        Trigger("R9", Level.AMBER, timedelta(hours=72)),
    )
}

RED_FLAGS = frozenset(code for code in TRIGGERS if code.startswith("R"))
"""Signs a participant ticks on the warning page, each a trigger of its own."""
EMERGENCY_FLAGS = frozenset({"R1", "R2", "R7"})
LEG_SYMPTOMS = "leg"
"""Code of the diary's symptom «new in the leg: pain, numbness, tingling or weakness»."""
UNSAID = "unsaid"
"""Something new, but none of the symptoms was ticked: a person asks what it was."""
SYMPTOMS = (LEG_SYMPTOMS, *sorted(EMERGENCY_FLAGS))
"""What the diary offers to tick; `UNSAID` comes of ticking none."""

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
class Session:
    """What a diary entry says that matters here; pain in mm, symptoms by code."""

    pain_before_mm: int | None
    pain_after_mm: int | None
    symptoms: frozenset[str] = frozenset()
    note: str = ""


def of_diary(
    entry: Session, earlier: Sequence[Session] = (), baseline_mm: int | None = None
) -> list[str]:
    """Return the triggers of a diary entry. `earlier`: the entries before it, oldest first."""
    found = []
    if entry.symptoms & EMERGENCY_FLAGS:
        found.append("T1")
    if LEG_SYMPTOMS in entry.symptoms:
        found.append("T2")
    if is_high(entry) or _begins_high(entry, baseline_mm):
        found.append("T3")
    if baseline_mm is not None and _stays_high([*earlier, entry], baseline_mm):
        found.append("T4")
    if worrying(entry.note) or UNSAID in entry.symptoms:
        found.append("T7")
    return found


def of_silence(
    today: date,
    day_one: date,
    last_login: date | None,
    last_entry: date | None,
    sessions_per_week: int,
) -> list[str]:
    """Return T8 for seven days without a log-in, or two diary entries missed in a row.

    How far apart entries are expected follows from the protocol's sessions a week.
    """
    apart = math.ceil(7 / sessions_per_week)
    unseen = (today - (last_login or day_one)).days
    unwritten = (today - (last_entry or day_one)).days
    silent = unseen >= SILENT_DAYS or unwritten > MISSED_LOGS * apart
    return ["T8"] if silent else []


def is_high(entry: Session) -> bool:
    """Return whether a session itself ended with high pain, or much more than it began with."""
    before, after = entry.pain_before_mm, entry.pain_after_mm
    if after is None:
        return False
    return after >= PAIN_HIGH_MM or (before is not None and after - before >= PAIN_RISE_MM)


def _begins_high(entry: Session, baseline_mm: int | None) -> bool:
    """Return whether the pain left from the last session is far above the pain before day 1."""
    pain = entry.pain_before_mm
    if pain is None or baseline_mm is None:
        return False
    return pain - baseline_mm >= NEXT_DAY_HIGH_MM


def _stays_high(entries: Sequence[Session], baseline_mm: int) -> bool:
    newest = [entry.pain_before_mm for entry in entries[-NEXT_DAY_ENTRIES:]]
    if len(newest) < NEXT_DAY_ENTRIES:
        return False
    return all(pain is not None and pain - baseline_mm >= NEXT_DAY_RISE_MM for pain in newest)


def worrying(text: str) -> bool:
    """Return whether a note holds words that a person should read; accents do not matter."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return any(word in plain for word in WORDS)


def of_assessment(
    instrument: str,
    flags: Collection[str],
    score: float | Fraction | None,
    baseline: float | Fraction | None,
) -> list[str]:
    """Return the triggers of a completed questionnaire.

    `flags`: what `questionnaire.safety_flags` found, also where nothing can be scored; `score` and
    `baseline`: main scores of this and the first visit.
    """
    found = ["T5"] if flags else []
    severe = {"phq9": PHQ9_SEVERE, "gad7": GAD7_SEVERE}.get(instrument)
    if severe is not None and score is not None and score >= severe:
        found.append("T6")
    worse = {"odi": ODI_WORSE, "rmdq": RMDQ_WORSE}.get(instrument)
    if worse is not None and _rise(baseline, score) >= worse:
        found.append("T9")
    return found


def _rise(baseline: float | Fraction | None, score: float | Fraction | None) -> float | Fraction:
    return 0 if baseline is None or score is None else score - baseline


LOCKS_EXERCISES = frozenset({"T1"}) | (RED_FLAGS - {"R6", "R9"})
"""Triggers whose alert keeps the exercises shut until staff close it."""
SUSPENDS_EXERCISES = frozenset({"T2"})
"""Triggers whose alert takes what was done in that session off the list until staff close it."""
FREEZES_PROGRESS = frozenset({"T4"})
"""Triggers whose alert lets the next module wait until staff close it, or its longest wait."""


def due_at(code: str, raised_at: datetime) -> datetime:
    """Return until when an alert of this trigger must be answered."""
    return raised_at + TRIGGERS[code].within


def most_urgent(codes: Collection[str]) -> str | None:
    """Return the trigger whose fixed text is shown first."""
    order = list(Level)
    return min(codes, key=lambda code: (order.index(TRIGGERS[code].level), code), default=None)
