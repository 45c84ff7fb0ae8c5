"""How a questionnaire is asked: on the participant's screen, in an interview, or copied from paper.

What may stand on paper may not all be told to a screen: two marks in one section are a fact of
paper. Why a question has no answer is known to whoever asked it; paper shows only that nothing
stands there.
"""

from collections.abc import Mapping
from dataclasses import replace

from modules.outcomes.questionnaire import Instrument, Item, Kind, Reason
from modules.text import LabelledEnum


class Way(LabelledEnum):
    """How the answers reach the tool."""

    SCREEN = "screen", "En la pantalla del participante", "On the participant's screen"
    INTERVIEW = (
        "interview",
        "Hice las preguntas y anoté las respuestas",
        "I asked the questions and noted the answers",
    )
    PAPER = (
        "paper",
        "Las copio de un formulario en papel",
        "I copy them from a form on paper",
    )


BLANKS: Mapping[Way, tuple[Reason, ...]] = {
    Way.INTERVIEW: (Reason.DECLINED, Reason.NOT_APPLICABLE, Reason.NOT_ASKED),
    Way.PAPER: (Reason.SKIPPED, Reason.DECLINED, Reason.NOT_APPLICABLE),
}
"""Why a question has no answer, as the team may say it; on paper it may just be left empty."""


def asked(instrument: Instrument, way: Way) -> Instrument:
    """Return the questionnaire as it is asked in one way.

    On a screen and in an interview each question takes one answer. The team may give any reason
    of `BLANKS`, a participant those that the question itself offers.
    """
    return replace(instrument, items=tuple(_asked(item, way) for item in instrument.items))


def _asked(item: Item, way: Way) -> Item:
    reasons = BLANKS.get(way, item.reasons)
    return replace(item, several=item.several and way is Way.PAPER, reasons=reasons)


def blanks(instrument: Instrument, answers: Mapping[str, object]) -> tuple[Item, ...]:
    """Return the questions without an answer that asks for a reason, in their order.

    Free text asks for none: it never leaves the tool, nor does whether anybody wrote.
    """
    return tuple(
        item
        for item in instrument.items
        if answers.get(item.key) is None and item.kind is not Kind.TEXT
    )


def doubly_marked(answers: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys of the questions with several marks."""
    return tuple(key for key, answer in answers.items() if isinstance(answer, list | tuple))
