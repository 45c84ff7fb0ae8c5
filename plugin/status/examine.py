"""How is this installation? The one function that answers; it also tells the log what changed."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from modules.text import Text
from plugin.application import describe
from plugin.status.check import Check, Finding, Installation, State
from plugin.status.checks import CHECKS, database

log = logging.getLogger(__name__)

CANNOT_TELL = "cannot_tell"
_WORDS = {
    CANNOT_TELL: Text(
        "No se pudo averiguar; el registro (log) dice dónde falló.",
        "It could not be found out; the log says where it failed.",
    ),
    database.AWAY: Text(
        "No se pudo averiguar: la base de datos no responde.",
        "It could not be found out: the database does not answer.",
    ),
}
_LEVELS = {State.GOOD: logging.INFO, State.UNSURE: logging.WARNING}
_told: dict[str, str] = {}
"""What this process last told its log of each check: a state that lasts is one line."""


def examine(
    place: Installation, checks: Iterable[Check] = tuple(CHECKS.values())
) -> dict[str, Finding]:
    """Return what each check found, by its key. Raises nothing: what cannot be read is UNKNOWN."""
    asked = tuple(checks)
    now = place.tool.now()
    first = _ask(database.CHECK, place, now)
    away = Finding(State.UNKNOWN, database.AWAY) if first.state is not State.GOOD else None
    found = {}
    for check in asked:
        if check is database.CHECK:
            found[check.key] = first
        else:
            found[check.key] = (check.needs_database and away) or _ask(check, place, now)
    announce(found)
    return found


def _ask(check: Check, place: Installation, now: datetime) -> Finding:
    try:
        return check.judge(check.look(place), now)
    except Exception as error:
        log.warning("status check=%s could not look: %s", check.key, describe(error))
        return Finding(State.UNKNOWN, CANNOT_TELL)


def announce(found: Mapping[str, Finding]) -> None:
    """Write one line for each check whose answer is another than this process last wrote."""
    for key, finding in found.items():
        said = f"{finding.state} {finding.code}"
        if _told.get(key, said if finding.state is State.GOOD else "") != said:
            level = _LEVELS.get(finding.state, logging.ERROR)
            log.log(level, "status check=%s state=%s code=%s", key, finding.state, finding.code)
        _told[key] = said


def stopper(place: Installation) -> str | None:
    """Return why the tool cannot serve, as `check_code`; None when it can."""
    asked = [check for check in CHECKS.values() if check.stops]
    for key, finding in examine(place, asked).items():
        if finding.code in CHECKS[key].stops:
            return f"{key}_{finding.code}"
    return None


def worst_first(found: Mapping[str, Finding]) -> list[tuple[Check, Finding, Text]]:
    """Return each check with what it found and the words for it, the worst on top."""
    order = list(State)
    rows = [(CHECKS[key], each, words_for(CHECKS[key], each)) for key, each in found.items()]
    return sorted(rows, key=lambda row: order.index(row[1].state))


def words_for(check: Check, finding: Finding) -> Text:
    """Return what was found and, if something is wrong, what to do."""
    return check.words[finding.code] if finding.code in check.words else _WORDS[finding.code]


def is_well(found: Mapping[str, Finding]) -> bool:
    """Say whether nothing is wrong, and nothing hidden."""
    return not any(each.state in (State.BAD, State.UNKNOWN) for each in found.values())
