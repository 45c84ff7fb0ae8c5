"""Which time zones can be chosen for a participant, and what they are called."""

from dataclasses import dataclass
from datetime import date

from babel.core import get_global
from babel.dates import get_timezone_location, get_timezone_name

from modules.study.zones import Zones
from plugin import i18n


def offered(usual: str) -> list[tuple[str, str]]:
    """Return the zones of the country of the `usual` one, that first, as (IANA name, words)."""
    countries = get_global("zone_territories")
    country = countries.get(usual)
    others = [name for name, where in countries.items() if where == country and name != usual]
    named = sorted(((name, in_words(name)) for name in others), key=lambda pair: pair[1].casefold())
    return [(usual, in_words(usual)), *named]


def in_words(name: str) -> str:
    """Return a zone in the reader's language: its city, and the name of its hour."""
    locale = i18n.locale()
    city = get_timezone_location(name, locale=locale, return_city=True)
    return f"{city} ({get_timezone_name(name, locale=locale)})"


@dataclass(frozen=True)
class OwnZone:
    """By which clock a participant lives, in words; `planned`: from which day on by another."""

    now: str
    planned: tuple[date, str] | None


def of(zone: Zones, today: date) -> OwnZone:
    """Return the zone of a participant as pages say it."""
    ahead = [change for change in zone.changes if change.since > today]
    planned = (ahead[0].since, in_words(ahead[0].zone)) if ahead else None
    return OwnZone(in_words(zone.name_on(today)), planned)
