"""What staff can place in a course of the platform (LTI Deep Linking 2.0).

What an activity is stands in its custom parameters: Moodle gives copied activities new ids while it
keeps `custom`. An item has no `url` (DL 2.0, section 3.2: optional): the platform then launches the
address of its own registration, so that one change there moves every activity when this tool moves.
A placement names a place of the tool and perhaps a module of the programme; it never names a person
or an arm.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lti.launch.claims import DeepLinkSettings
from modules.text import LANGUAGES, Text

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
LINK = "ltiResourceLink"
LIFE = timedelta(minutes=5)
MODULE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Place(StrEnum):
    """Where an activity leads to."""

    PROGRAMME = "programme"
    MODULE = "module"
    ASSESSMENTS = "assessments"
    ASSESSOR = "assessor"


TITLES: Mapping[Place, Text] = {
    Place.PROGRAMME: Text("Programa para la espalda", "Back programme"),
    Place.ASSESSMENTS: Text("Cuestionarios", "Questionnaires"),
    Place.ASSESSOR: Text("Evaluación", "Assessment"),
}
NOTES: Mapping[Place, Text] = {
    Place.PROGRAMME: Text(
        "Lo que toca hoy: sesiones, diario y avance.",
        "What to do today: sessions, diary, progress.",
    ),
    Place.MODULE: Text(
        "Lecciones y ejercicios de este módulo.", "Lessons and exercises of this module."
    ),
    Place.ASSESSMENTS: Text(
        "Los cuestionarios que corresponden a cada fecha.", "The questionnaires due at each date."
    ),
    Place.ASSESSOR: Text(
        "Entrada para quienes evalúan.", "Entrance for those who carry out assessments."
    ),
}


@dataclass(frozen=True)
class Placement:
    """One thing to place. `module` is the key of a module, for the place of that name only.

    Raises ValueError for a module where none belongs, or none where one is needed.
    """

    place: Place
    module: str | None = None

    def __post_init__(self) -> None:
        """Refuse a placement that makes no sense."""
        if (self.place is Place.MODULE) != (self.module is not None):
            raise ValueError("a module goes with the place of that name, and only there")
        if self.module is not None and not MODULE_KEY.fullmatch(self.module):
            raise ValueError("not a module key")

    @property
    def custom(self) -> dict[str, str]:
        """The custom parameters that say, at every later launch, what the activity is."""
        named = {"module": self.module} if self.module else {}
        return {"place": self.place.value, **named}


def read_placement(custom: Mapping[str, str]) -> Placement | None:
    """Return what a launch's custom parameters name; None for nothing or nonsense."""
    try:
        return Placement(Place(custom.get("place", "")), custom.get("module"))
    except ValueError:
        return None


def numbered(number: int, title: Text) -> Text:
    """Return a module's title with its place in the course in front: `2. Core stability`."""
    return Text(f"{number}. {title.es}", f"{number}. {title.en}")


def item(
    placement: Placement,
    language: str,
    *,
    title: Text | None = None,
    text: Text | None = None,
    points: float | None = None,
) -> dict[str, Any]:
    """Return one content item in the course's language.

    A module brings its own `title`, which its text says in the other language too: readers of both
    find it in one course. The other places have a title. `points` is the maximum of a grade
    column for progress (DL 2.0, section 3.2); None makes an activity without a column, which is
    what a blinded study wants, because everybody in the course sees every column.
    """
    words = title or TITLES.get(placement.place)
    if words is None:
        raise ValueError("a module needs a title")
    note = (text or NOTES[placement.place]).get(language)
    others = [words.get(each) for each in LANGUAGES if each != language] if title else []
    made: dict[str, Any] = {
        "type": LINK,
        "title": words.get(language),
        "text": " · ".join([note, *others]),
        "custom": placement.custom,
    }
    if points is not None:
        tag = ":".join(placement.custom.values())
        made["lineItem"] = {"scoreMaximum": points, "resourceId": tag, "tag": "progress"}
    return made


def response(
    settings: DeepLinkSettings,
    *,
    issuer: str,
    client_id: str,
    deployment_id: str,
    items: Sequence[Mapping[str, Any]],
    sign: Callable[[dict[str, Any]], str],
    now: datetime,
) -> str:
    """Return the signed answer, to be posted as `JWT` to `settings.return_url`.

    DL 2.0, section 4.5. No items means that nothing was chosen. Raises ValueError if the platform
    takes no links, or takes one and several are given.
    """
    if items and LINK not in settings.accept_types:
        raise ValueError("the platform takes no links here")
    if len(items) > 1 and not settings.accept_multiple:
        raise ValueError("the platform takes one item only")
    claims: dict[str, Any] = {
        "iss": client_id,
        "aud": issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "nonce": secrets.token_urlsafe(16),
        f"{CLAIM}/deployment_id": deployment_id,
        f"{CLAIM}/message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}/version": "1.3.0",
        f"{DEEP_LINKING}/content_items": [dict(entry) for entry in items],
    }
    if settings.data is not None:
        claims[f"{DEEP_LINKING}/data"] = settings.data
    return sign(claims)
