"""One filled form as a FHIR R4 QuestionnaireResponse."""

from collections.abc import Mapping

from modules.outcomes.fhir import codes
from modules.outcomes.fhir.codes import Resource
from modules.outcomes.questionnaire import (
    Instrument,
    Item,
    Kind,
    Reason,
)
from modules.outcomes.scales import verified


def response(
    instrument: Instrument,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    *,
    subject: str,
    language: str,
    authored: str | None = None,
    revision: int = 1,
) -> Resource:
    """Return the answers of one form; why others are missing goes along as data-absent-reason.

    `subject`: an identifier that names nobody. `authored`: an ISO 8601 moment with its zone, left
    out where the reader may not know it. `revision` above 1 makes the status `amended`. Raises
    ScoringError for answers that the instrument does not know.
    """
    verified(instrument, answers)
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": codes.canonical(instrument),
        "status": "amended" if revision > 1 else "completed",
        "language": language,
        "subject": {"identifier": {"system": codes.SUBJECTS, "value": subject}},
        "item": [_item(instrument, item, answers, reasons, language) for item in instrument.items],
    }
    if authored is not None:
        made["authored"] = authored
    return made


def _item(
    instrument: Instrument,
    item: Item,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    language: str,
) -> Resource:
    made: Resource = {
        "linkId": item.key,
        "text": codes.prompt(instrument, item, language),
    }
    value = answers.get(item.key)
    if value is None:
        reason = codes.ABSENT[reasons.get(item.key, Reason.SKIPPED.value)]
        url = f"{codes.STRUCTURE}/data-absent-reason"
        return {**made, "extension": [{"url": url, "valueCode": reason}]}
    marks = value if isinstance(value, list | tuple) else (value,)
    return {**made, "answer": [_answer(instrument, item, mark, language) for mark in marks]}


def _answer(instrument: Instrument, item: Item, mark: object, language: str) -> Resource:
    if item.kind is Kind.CHOICE:
        choice = next(choice for choice in item.choices if choice.value == mark)
        return {"valueCoding": codes.option(instrument, choice, language)}
    if item.kind is Kind.TICK:
        return {"valueBoolean": mark == 1}
    return {"valueString" if item.kind is Kind.TEXT else "valueInteger": mark}
