"""An instrument as a FHIR R4 Questionnaire.

Licensed wording goes in only where the clinic has loaded it; without a pack the items carry their
topics and codes, which is enough to read answers and too little to ask.
"""

from modules.outcomes.fhir import codes
from modules.outcomes.fhir.codes import Resource
from modules.outcomes.questionnaire import Instrument, Item, Kind

TYPES = {
    Kind.CHOICE: "choice",
    Kind.SLIDER: "integer",
    Kind.NUMBER: "integer",
    Kind.TICK: "boolean",
    Kind.TEXT: "text",
}
TOPICS_ONLY = {
    "es": "Sin el texto con licencia: solo temas y códigos.",
    "en": "Without the licensed text: topics and codes only.",
}


def questionnaire(instrument: Instrument, language: str) -> Resource:
    """Return the Questionnaire of an instrument in `es` or `en`.

    It is a draft while its text may not be shown to patients, active otherwise.
    """
    ready = codes.words_may_leave(instrument, language)
    made: Resource = {
        "resourceType": "Questionnaire",
        "url": codes.address(instrument),
        "version": codes.version(instrument),
        "name": instrument.code,
        "title": instrument.title.get(language),
        "status": "active" if ready else "draft",
        "subjectType": ["Patient"],
        "language": language,
        "description": _description(instrument, language),
        "copyright": _copyright(instrument, language),
        "code": _codes(instrument),
        "item": [_item(instrument, item, language) for item in instrument.items],
    }
    return made


def _description(instrument: Instrument, language: str) -> str:
    mark = instrument.marked_own(language)
    said = mark.get(language) if mark else ""
    if not codes.words_may_leave(instrument, language):
        said = TOPICS_ONLY[language]
    lead = instrument.lead.get(language) if instrument.lead else ""
    asked = lead if codes.words_may_leave(instrument, language) else ""
    return " ".join(part for part in (instrument.recall.get(language), asked, said) if part)


def _copyright(instrument: Instrument, language: str) -> str:
    parts = [instrument.rights.get(language)]
    pack = instrument.packs.get(language)
    if pack is not None:
        parts.append(f"{pack.licence_holder}, {pack.licence_ref} ({pack.language_version})")
    if instrument.loinc:
        parts.append(codes.LOINC_NOTICE)
    return "\n\n".join(parts)


def _codes(instrument: Instrument) -> list[Resource]:
    own: Resource = {"system": codes.INSTRUMENTS, "code": instrument.code}
    if "panel" not in instrument.loinc:
        return [own]
    return [{"system": codes.LOINC, "code": instrument.loinc["panel"]}, own]


def _item(instrument: Instrument, item: Item, language: str) -> Resource:
    made: Resource = {
        "linkId": item.key,
        "text": codes.prompt(instrument, item, language),
        "type": TYPES[item.kind],
        "required": False,
    }
    if item.key in instrument.loinc:
        made["code"] = [{"system": codes.LOINC, "code": instrument.loinc[item.key]}]
    if item.several:
        made["repeats"] = True
    if item.kind is Kind.CHOICE:
        made["answerOption"] = [
            {"valueCoding": _ordinal(codes.option(instrument, choice, language), choice.value)}
            for choice in item.choices
        ]
    if item.kind in (Kind.SLIDER, Kind.NUMBER):
        made["extension"] = _bounds(item)
    return made


def _ordinal(coding: Resource, value: int) -> Resource:
    extension = {"url": f"{codes.STRUCTURE}/ordinalValue", "valueDecimal": value}
    return {"extension": [extension], **coding}


def _bounds(item: Item) -> list[Resource]:
    found: list[Resource] = [
        {"url": f"{codes.STRUCTURE}/minValue", "valueInteger": item.minimum},
        {"url": f"{codes.STRUCTURE}/maxValue", "valueInteger": item.maximum},
    ]
    if item.kind is Kind.SLIDER:
        control = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "slider"}
        found += [
            {"url": f"{codes.STRUCTURE}/questionnaire-sliderStepValue", "valueInteger": 1},
            {
                "url": f"{codes.STRUCTURE}/questionnaire-itemControl",
                "valueCodeableConcept": {"coding": [control]},
            },
        ]
    return found
