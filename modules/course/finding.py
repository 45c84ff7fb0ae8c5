"""Finding one of many exercises: by words of its name, and by how the body lies or stands. Pure."""

from collections.abc import Iterable

from modules.course.exercise import Exercise, Position
from modules.text import fold


def named(exercises: Iterable[Exercise], words: str, locale: str) -> list[Exercise]:
    """Return the exercises whose name in a language holds each of the words, accents apart."""
    wanted = fold(words).split()
    return [e for e in exercises if all(word in fold(e.name.get(locale)) for word in wanted)]


def by_position(exercises: Iterable[Exercise]) -> dict[Position, list[Exercise]]:
    """Return exercises under their positions, lying first; no position without one."""
    found: dict[Position, list[Exercise]] = {position: [] for position in Position}
    for each in exercises:
        found[each.position].append(each)
    return {position: those for position, those in found.items() if those}
