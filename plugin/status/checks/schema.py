"""Are the tables those that this version of the program works with?"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from modules.text import Text
from plugin.database import known_revisions, revisions_of
from plugin.status.check import Check, Finding, Installation, State


@dataclass(frozen=True)
class Revisions:
    """Where the database stands, and the migrations of this program: the newest, and all."""

    database: Set[str]
    newest: Set[str]
    known: Set[str]


def look(place: Installation) -> Revisions:
    """Read the revision of the database, and those that came with the program."""
    newest, known = known_revisions()
    return Revisions(revisions_of(place.database), newest, known)


def judge(facts: Revisions, _now: datetime) -> Finding:
    """Say whether the database is as new as the program, older or newer."""
    if not facts.database:
        return Finding(State.BAD, "empty")
    if facts.database == facts.newest:
        return Finding(State.GOOD, "newest")
    return Finding(State.BAD, "behind" if facts.database <= facts.known else "ahead")


_UPGRADE = Text("Ejecuta: columna upgrade.", "Run: columna upgrade.")

CHECK = Check(
    key="schema",
    label=Text("Tablas", "Tables"),
    look=look,
    judge=judge,
    words={
        "newest": Text("Las de esta versión.", "Those of this version."),
        "empty": Text(
            f"La base de datos está vacía. {_UPGRADE.es}", f"The database is empty. {_UPGRADE.en}"
        ),
        "behind": Text(
            f"Son de una versión anterior del programa. {_UPGRADE.es}",
            f"They are of an older version of the program. {_UPGRADE.en}",
        ),
        "ahead": Text(
            "Son de una versión más nueva que el programa: instala esa versión, o restaura el "
            "respaldo de antes de actualizar.",
            "They are of a newer version than the program: install that version, or restore the "
            "backup from before the upgrade.",
        ),
    },
    stops=frozenset({"empty", "behind", "ahead"}),
)
