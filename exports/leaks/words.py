"""What tells the arms of a protocol apart, and what every file of a study may say. Pure."""

from itertools import product

from exports.leaks.search import Forbidden
from modules.study.protocol import Protocol

_NOUNS = (("grupo", "brazo", "rama"), ("group", "arm"))
_KINDS = (
    (
        "control",
        "de control",
        "activo",
        "comparador",
        "de comparación",
        "experimental",
        "intervención",
        "de intervención",
        "de la intervención",
        "tratado",
        "tratamiento",
        "de tratamiento",
    ),
    ("control", "comparator", "comparison", "experimental", "intervention", "treated", "treatment"),
)

TELLING = (
    *(f"{noun} {kind}" for noun, kind in product(_NOUNS[0], _KINDS[0])),
    *(f"{kind} {noun}" for noun, kind in product(_NOUNS[1], _KINDS[1])),
    *(
        f"tele{between}{word}"
        for between in ("", " ")
        for word in ("rrehabilitación", "rehabilitación", "rehabilitation", "rehab")
    ),
    "video",
    "videos",
    "WhatsApp",
    *"0123456789ABCD",
)
"""What people call arms and what one of them has, whatever a protocol's file calls them; a digit
or a letter alone counts behind a word for «arm» only (`search.Forbidden`)."""

NEUTRAL = "study"


def forbidden_words(protocol: Protocol) -> tuple[str, ...]:
    """Return what would tell the arms of a protocol apart, as plain strings.

    Keys and labels of the arms, the components that only some arms have, and what people call them
    (`TELLING`). A protocol with one arm has nothing to tell.
    """
    if len(protocol.arms) < 2:
        return ()
    shared = frozenset.intersection(*(arm.components for arm in protocol.arms))
    words = {component for arm in protocol.arms for component in arm.components - shared}
    words |= set(TELLING)
    for arm in protocol.arms:
        words |= {arm.key, arm.label.es, arm.label.en}
    return tuple(sorted(words))


def is_telling(key: str, protocol: Protocol) -> bool:
    """Whether a key, which stands on every export, holds a word or date that no export may."""
    return Forbidden.of(forbidden_words(protocol), dates=True).stands_in(key)


def neutral_key(key: str, protocol: Protocol) -> str:
    """Return a key as it may stand on a file: itself, or `study` where it tells."""
    return NEUTRAL if is_telling(key, protocol) else key


def public_sentences(protocol: Protocol) -> tuple[str, ...]:
    """Return the sentences every export of a protocol carries, whoever is in it."""
    titles = [protocol.title.es, protocol.title.en]
    for visit in protocol.visits:
        titles += [visit.title.es, visit.title.en]
    if protocol.registry:
        registry = protocol.registry
        titles += [registry.sponsor, *registry.collaborators, registry.site, registry.ethics]
    return tuple(sorted({title for title in titles if title}, key=len, reverse=True))
