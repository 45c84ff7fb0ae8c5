"""Are the public keys of the platforms known and fresh? Launches are checked by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.keysets import OLD, UNDER_WAY
from lti.models import Platform, PlatformKeySet, Standing
from modules.text import Text
from plugin.status.check import Check, Finding, State, in_session

STALE = OLD + timedelta(days=2)
"""They are read once a day; after two days more of trying in vain somebody should look."""


@dataclass(frozen=True)
class Keys:
    """What is known of one approved platform's keys; `problem` is the code of the last failure."""

    platform: str
    count: int
    fetched_at: datetime | None
    problem: str | None


def look(session: Session) -> Sequence[Keys]:
    """Read what is stored of every approved platform."""
    rows = session.execute(
        select(Platform.name, Platform.issuer, PlatformKeySet)
        .outerjoin(PlatformKeySet, PlatformKeySet.platform_id == Platform.id)
        .where(Platform.status == Standing.ACTIVE)
        .order_by(Platform.issuer)
    )
    return [_keys(name or issuer, stored) for name, issuer, stored in rows]


def _keys(platform: str, stored: PlatformKeySet | None) -> Keys:
    if stored is None:
        return Keys(platform, 0, None, None)
    problem = None if stored.problem == UNDER_WAY else stored.problem
    return Keys(platform, len(stored.keys), stored.fetched_at, problem)


def judge(facts: Sequence[Keys], now: datetime) -> Finding:
    """Say which platforms cannot be believed, which fail, which are old."""
    ages = [(now - each.fetched_at).total_seconds() for each in facts if each.fetched_at]
    figures = {"platforms": float(len(facts)), "oldest_seconds": max(ages, default=0.0)}
    for state, code, holds in (
        (State.BAD, "no_keys", lambda one: not one.count and one.problem),
        (State.UNSURE, "failing", lambda one: one.problem),
        (State.UNSURE, "old", lambda one: one.fetched_at and now - one.fetched_at > STALE),
        (State.UNSURE, "not_read", lambda one: not one.fetched_at),
    ):
        if about := tuple(_named(one) for one in facts if holds(one)):
            return Finding(state, code, figures, about)
    return Finding(State.GOOD, "fresh", figures)


def _named(one: Keys) -> str:
    return f"{one.platform} ({one.problem})" if one.problem else one.platform


_DOCTOR = Text("columna platform doctor dice más.", "columna platform doctor says more.")

CHECK = Check(
    key="key_sets",
    label=Text("Claves de las plataformas", "Keys of the platforms"),
    look=in_session(look),
    judge=judge,
    words={
        "fresh": Text("Se leyeron hace poco.", "They were read lately."),
        "not_read": Text(
            "Todavía no se han leído; se leen con la primera entrada.",
            "They have not been read yet; the first launch reads them.",
        ),
        "old": Text(
            f"Hace días que no se leen. {_DOCTOR.es}", f"They were not read for days. {_DOCTOR.en}"
        ),
        "failing": Text(
            f"La última lectura falló; valen las ya conocidas. {_DOCTOR.es}",
            f"The last reading failed; those known already go on working. {_DOCTOR.en}",
        ),
        "no_keys": Text(
            f"No se pudieron leer: desde ahí nadie puede entrar. {_DOCTOR.es}",
            f"They could not be read: nobody can come in from there. {_DOCTOR.en}",
        ),
    },
)
