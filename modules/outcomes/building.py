"""Parts an instrument is built from: rows of items, options, ranges, common words."""

from collections.abc import Iterable
from fractions import Fraction

from modules.outcomes.questionnaire import (
    Choice,
    Item,
    Kind,
    Mic,
    Reason,
)
from modules.text import Text

NOT_FOR_ME = (Reason.DECLINED, Reason.NOT_APPLICABLE)
"""Reasons offered where a question may not concern the person."""

POINTS = Text("puntos", "points")

TODAY = Text("Hoy", "Today")

TWO_WEEKS = Text("Las últimas dos semanas", "The last two weeks")

ALL_NEEDED = Text(
    "Si falta una respuesta, no se calcula el total.",
    "If one answer is missing, the total is not computed.",
)


def items(
    rows: Iterable[tuple[Text, Text]],
    choices: tuple[Choice, ...] = (),
    *,
    kind: Kind = Kind.CHOICE,
    maximum: int = 0,
    anchors: tuple[Text, Text] | None = None,
    turned: tuple[int, ...] = (),
    unscored: tuple[int, ...] = (),
    start: int = 1,
) -> tuple[Item, ...]:
    """Make items `q1`, `q2`, ... from (topic, prompt) rows that share one way of answering."""
    return tuple(
        Item(
            key=f"q{position}",
            topic=topic,
            prompt=prompt,
            kind=kind,
            choices=choices,
            maximum=maximum,
            anchors=anchors,
            reversed=position in turned,
            scored=position not in unscored,
        )
        for position, (topic, prompt) in enumerate(rows, start)
    )


def choices(labels: Iterable[Text], start: int = 0) -> tuple[Choice, ...]:
    """Make choices with the codes `start`, `start` + 1, ... in the order of their labels."""
    return tuple(Choice(value, label) for value, label in enumerate(labels, start))


def keys(positions: Iterable[int]) -> tuple[str, ...]:
    """Return the item keys of these positions."""
    return tuple(f"q{position}" for position in positions)


def span(low: str | int, high: str | int) -> tuple[Fraction, Fraction]:
    """Return the lowest and highest value of a score as exact fractions."""
    return Fraction(low), Fraction(high)


def mic(value: str | int, source: str) -> Mic:
    """Return a minimal important change in the unit of the score."""
    return Mic(Fraction(value), source)


def mic_percent(value: int, source: str) -> Mic:
    """Return a minimal important change in percent of the baseline."""
    return Mic(Fraction(value), source, relative=True)


def missing_up_to(count: int) -> Text:
    """Return the words of the rule "score with up to `count` answers missing, else not"."""
    return Text(
        f"Con hasta {count} respuestas faltantes se prorratea (media de las contestadas); "
        "con más no se calcula.",
        f"With up to {count} answers missing the score is prorated (mean of those given); "
        "beyond that it is not computed.",
    )


def difficulty(position: int) -> tuple[Item, ...]:
    """Return the closing question of GAD-7 and PHQ-9, recorded and never scored."""
    prompt = Text(
        "¿Qué tanto te ha estorbado esto en tu trabajo, tu casa o con los demás?",
        "How much has this got in the way at work, at home or with others?",
    )
    answers = choices(
        (
            Text("Nada", "Not at all"),
            Text("Un poco", "A little"),
            Text("Bastante", "Quite a lot"),
            Text("Muchísimo", "A great deal"),
        )
    )
    topic = Text("Dificultad en el día a día", "Difficulty in daily life")
    return (
        Item(
            key=f"q{position}",
            topic=topic,
            prompt=prompt,
            choices=answers,
            scored=False,
            optional=True,
        ),
    )


HOW_MANY_DAYS = choices(
    (
        Text("Ningún día", "On no day"),
        Text("Pocos días", "On a few days"),
        Text("La mitad de los días o más", "On half of the days or more"),
        Text("Casi diario", "Almost daily"),
    )
)
"""The four answers of GAD-7 and PHQ-9, 0-3."""
