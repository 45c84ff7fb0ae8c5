"""From the fields of a content file to the records of the course; pure, no files.

Each reader takes a node and returns a record; what is wrong is noted at the node, not raised.
"""

from collections import Counter
from collections.abc import Callable
from string import ascii_lowercase

from modules.course.curriculum import (
    Choice,
    Exercise,
    ExerciseGroup,
    Family,
    Lesson,
    Module,
    QuizQuestion,
)
from modules.course.dose import Dose, Times
from modules.text import Text
from modules.yaml_document import EMPTY, MISSING, Node

ReadText = Callable[[str, Node], Text]
"""Reads `<stem>.es.md` and `<stem>.en.md`; the node is where a fault is noted."""

MODULE_FIELDS = (
    "key", "number", "title", "summary", "goals", "minutes", "lessons", "exercises", "groups",
    "choose_one", "stop_if", "keeps", "quiz",
)  # fmt: skip


def read_module(node: Node, read_text: ReadText) -> Module:
    """Return the module of a `module.yaml`; `read_text` brings the lessons and the card."""
    node.only(*MODULE_FIELDS)
    exercises = node.strings("exercises", needed=False)
    return Module(
        key=node.key("key"),
        number=node.whole("number", 1, 99),
        title=node.text("title"),
        summary=node.text("summary"),
        goals=node.texts("goals"),
        minutes=node.whole("minutes", 1, 240),
        lessons=tuple(_lesson(item, read_text) for item in _distinct(node.items("lessons"))),
        quiz=tuple(_question(item) for item in _distinct(node.items("quiz"))),
        card=read_text("card", node),
        exercises=exercises,
        groups=_groups(node, exercises),
        choose_one=node.flag("choose_one"),
        stop_if=node.strings("stop_if", needed=False),
        keeps=node.strings("keeps", needed=False),
    )


def _distinct(items: list[Node]) -> list[Node]:
    """Note the items whose key an earlier one has."""
    counts: Counter[str] = Counter()
    for item in items:
        key = item.get("key").value
        if isinstance(key, str):
            counts[key] += 1
            if counts[key] == 2:
                item.get("key").fault(f"{key} is used twice")
    return items


def _lesson(node: Node, read_text: ReadText) -> Lesson:
    node.only("key", "title", "minutes", "video")
    key = node.key("key")
    return Lesson(
        key=key,
        title=node.text("title"),
        minutes=node.whole("minutes", 1, 60),
        body=read_text(f"lessons/{key}", node.get("key")) if key else EMPTY,
        video=node.flag("video"),
    )


def _question(node: Node) -> QuizQuestion:
    node.only("key", "question", "choices", "explanation")
    items = node.items("choices")
    choices = tuple(
        Choice(letter, item.as_text(also=("right",)), item.flag("right"))
        for letter, item in zip(ascii_lowercase, items, strict=False)
    )
    right = sum(choice.right for choice in choices)
    if items and (len(items) < 2 or right != 1):
        node.get("choices").fault(
            f"needs two choices or more and exactly one marked right; "
            f"has {len(items)}, {right} marked right"
        )
    return QuizQuestion(node.key("key"), node.text("question"), choices, node.text("explanation"))


def _groups(node: Node, exercises: tuple[str, ...]) -> tuple[ExerciseGroup, ...]:
    items = _distinct(node.items("groups", needed=False))
    if node.flag("choose_one") and len(items) < 2:
        node.get("choose_one").fault("needs at least two groups to choose from")
    return tuple(_group(item, exercises) for item in items)


def _group(node: Node, exercises: tuple[str, ...]) -> ExerciseGroup:
    node.only("key", "title", "note", "week", "exercises")
    for item, identifier in node.string_items("exercises"):
        if identifier not in exercises:
            item.fault(f"{identifier} is not among the exercises of this module")
    return ExerciseGroup(
        key=node.key("key"),
        title=node.text("title"),
        note=node.text("note"),
        exercises=tuple(
            item.value for item in node.items("exercises") if isinstance(item.value, str)
        ),
        week=node.whole("week", 1, 52) if "week" in node else None,
    )


def read_exercises(node: Node) -> dict[str, Exercise]:
    """Return the exercises of the exercise file by id, in its order.

    Fields the course does not need (keyframes, camera) belong to the film and are passed over.
    """
    found: dict[str, Exercise] = {}
    for item in node.items("exercises"):
        exercise = _exercise(item)
        if exercise.id in found:
            item.get("id").fault(f"{exercise.id} is used twice")
        found[exercise.id] = exercise
    return found


def _exercise(node: Node) -> Exercise:
    dose = node.get("dose")
    return Exercise(
        id=node.key("id"),
        module=node.whole("module", 1, 99),
        family=_family(node),
        name=_localised(node, "name"),
        start=_localised(node, "start"),
        movement=_localised(node, "movement"),
        cue=_localised(node, "cue"),
        dose=_dose(dose),
        errors=_localised_list(node, "errors"),
        progression=_localised_list(node, "progression"),
        targets=_localised_list(node, "targets", for_patients=False),
        contra=node.strings("contra", needed=False),
        stop=node.strings("stop", needed=False),
        note=_optional(dose, "note"),
        target=_optional(dose, "target"),
    )


def _family(node: Node) -> Family:
    value = node.get("family").value
    if value in set(Family):
        return Family(value)
    node.get("family").fault(f"must be one of {', '.join(Family)}")
    return Family.CORE


def _dose(node: Node) -> Dose:
    if not isinstance(node.value, dict):
        node.fault("is missing" if node.value is MISSING else "must be a mapping of fields")
        return Dose(1, 1, 1)
    return Dose(
        sets=node.whole("sets", 1, 20),
        reps=node.whole("reps", 1, 100),
        freq_per_week=node.whole("freq_per_week", 1, 7),
        hold_s=node.whole("hold_s", 0, 7200, default=0),
        rest_s=node.whole("rest_s", 0, 600, default=0),
        per_side=node.flag("per_side"),
        sessions_per_day=_times(node.get("sessions_per_day")),
        minutes=node.whole("minutes", 1, 120) if "minutes" in node else None,
        tense_s=node.whole("tense_s", 1, 60) if "tense_s" in node else None,
        release_s=node.whole("release_s", 1, 120) if "release_s" in node else None,
    )


def _times(node: Node) -> Times:
    """Read `2` or `1-3`."""
    if node.value is MISSING:
        return Times()
    low, _, high = str(node.value).partition("-")
    if low.isdecimal() and (high or low).isdecimal() and 1 <= int(low) <= int(high or low) <= 24:
        return Times(int(low), int(high or low))
    node.fault("must be a number of times or a range such as 1-3")
    return Times()


def _localised(node: Node, name: str, *, needed: bool = True) -> Text:
    """Read `name_es` and `name_en` (or a bare `name`, which is English).

    A language left out is a gap: the other one stands in.
    """
    spanish = _string(node, f"{name}_es")
    english = _string(node, f"{name}_en") or _string(node, name)
    if needed and not spanish and not english:
        node.get(name).fault("is missing")
    elif spanish or english:
        _note_gaps(node, name, es=spanish, en=english)
    return Text(spanish or english, english or spanish)


def _optional(node: Node, name: str) -> Text | None:
    text = _localised(node, name, needed=False)
    return None if text == EMPTY else text


def _localised_list(node: Node, name: str, *, for_patients: bool = True) -> tuple[Text, ...]:
    """Read two lists of equal length, named as in `_localised`."""
    spanish = _list(node, f"{name}_es")
    english = _list(node, f"{name}_en") or _list(node, name)
    if for_patients and (spanish or english):
        _note_gaps(node, name, es=spanish, en=english)
    if spanish and english and len(spanish) != len(english):
        node.get(f"{name}_es").fault(f"has {len(spanish)} entries, English has {len(english)}")
    pairs = zip(spanish or english, english or spanish, strict=False)
    return tuple(Text(*pair) for pair in pairs)


def _note_gaps(node: Node, name: str, **written: str | list[str]) -> None:
    for language, text in written.items():
        if not text:
            reason = "is missing; the other language stands in"
            node.get(f"{name}_{language}").fault(reason, serious=False)


def _string(node: Node, name: str) -> str:
    return node.string(name) if name in node else ""


def _list(node: Node, name: str) -> list[str]:
    return list(node.strings(name)) if name in node else []
