"""Code systems, codes and notices that the resources share."""

import re

from modules.outcomes.questionnaire import (
    Choice,
    Instrument,
    Item,
    Reason,
)

BASE = "urn:columna"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
STRUCTURE = "http://hl7.org/fhir/StructureDefinition"
SCORES = f"{BASE}:codesystem:scores"
INSTRUMENTS = f"{BASE}:codesystem:instruments"
SUBJECTS = f"{BASE}:subjects"

LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) "
    "Committee and is available at no cost under the license at http://loinc.org/license. LOINC® "
    "is a registered United States trademark of Regenstrief Institute, Inc."
)

ABSENT = {
    Reason.SKIPPED.value: "asked-unknown",
    Reason.DECLINED.value: "asked-declined",
    Reason.NOT_APPLICABLE.value: "not-applicable",
    Reason.NOT_ASKED.value: "not-asked",
}
"""Our reasons in the words of http://terminology.hl7.org/CodeSystem/data-absent-reason."""

Resource = dict[str, object]


def canonical(instrument: Instrument) -> str:
    """Return the address by which answers name their questionnaire, version included."""
    return f"{address(instrument)}|{version(instrument)}"


def address(instrument: Instrument) -> str:
    """Return the address of a questionnaire, the same for all its versions."""
    return f"{BASE}:questionnaire:{instrument.key}"


def version(instrument: Instrument) -> str:
    """Return the instrument's version without spaces, which an address cannot hold."""
    return re.sub(r"[^0-9A-Za-z.+-]+", "-", instrument.version).strip("-")


def answer_system(instrument: Instrument) -> str:
    """Return the code system of an instrument's answer codes."""
    return f"{BASE}:codesystem:answers:{instrument.key}"


def words_may_leave(instrument: Instrument, language: str) -> bool:
    """Say whether questions and options may be written out: licensed ones with a pack only."""
    return instrument.may_be_published(language)


def option(instrument: Instrument, choice: Choice, language: str) -> Resource:
    """Return one option as a Coding: its code, and its words where they may leave."""
    coding: Resource = {"system": answer_system(instrument), "code": str(choice.value)}
    if words_may_leave(instrument, language):
        coding["display"] = choice.label.get(language)
    return coding


def prompt(instrument: Instrument, item: Item, language: str) -> str:
    """Return the question in words where they may leave, else its topic."""
    words = item.prompt if words_may_leave(instrument, language) else item.topic
    return words.get(language)


def score_code(instrument: Instrument, name: str) -> Resource:
    """Return the CodeableConcept of a score: LOINC or SNOMED CT where known, and our own code."""
    codings: list[Resource] = []
    if name in instrument.loinc:
        codings.append({"system": LOINC, "code": instrument.loinc[name]})
    known = instrument.local_codes.get(name, "")
    if known.isdecimal():
        codings.append({"system": SNOMED, "code": known})
    codings.append({"system": SCORES, "code": f"{instrument.code}.{name}"})
    return {"coding": codings, "text": f"{instrument.title.en}: {name}"}
