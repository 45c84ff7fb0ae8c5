"""What «today» is for a participant, and how days and weeks of a programme are counted."""

from datetime import UTC, date, datetime, time, timedelta

from modules.study import zones
from modules.study.zones import Zone

DEFAULT_ZONE = "America/Mexico_City"


def today_for(now: datetime, time_zone: Zone) -> date:
    """Return the calendar day it is for a participant in `time_zone` at the moment `now`."""
    return now.astimezone(zones.at(time_zone, now)).date()


def study_day(day: date, day_one: date) -> int:
    """Return the study day: the first day is 1, the day before it is -1; there is no day 0.

    Source: CDISC SDTM, `--DY`.
    """
    distance = (day - day_one).days
    return distance + 1 if distance >= 0 else distance


def date_of(study_day_number: int, day_one: date) -> date:
    """Return the calendar day of a study day (inverse of `study_day`). Day 0 raises ValueError."""
    if study_day_number == 0:
        raise ValueError("there is no study day 0")
    offset = study_day_number - 1 if study_day_number > 0 else study_day_number
    return day_one + timedelta(days=offset)


def week_of(day: date, day_one: date) -> int:
    """Return the programme week: days 1 to 7 are week 1; 0 before the programme begins."""
    distance = (day - day_one).days
    return distance // 7 + 1 if distance >= 0 else 0


def start_of(day: date, time_zone: Zone) -> datetime:
    """Return the moment a calendar day begins in `time_zone`, in UTC."""
    return datetime.combine(day, time.min, zones.on(time_zone, day)).astimezone(UTC)
