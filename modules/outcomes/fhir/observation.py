"""The score of a filled form as a FHIR R4 Observation: the main score, the others as components."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from modules.outcomes.fhir import codes
from modules.outcomes.fhir.codes import Resource
from modules.outcomes.questionnaire import Instrument, Params
from modules.outcomes.scales import result_of

UNITS = {"mm": "mm"}
"""UCUM codes by our unit; a score has none of its own and is written `{score}`."""

NOT_SCORES = frozenset({"band", "status", "answered"})
"""Results that say something about the score: the band is its interpretation."""


def observation(
    instrument: Instrument,
    answers: Mapping[str, object],
    *,
    subject: str,
    language: str,
    effective: str | None = None,
    derived_from: str | None = None,
    params: Params | None = None,
) -> Resource:
    """Return the scores of one form, unrounded; a score that cannot be computed is absent.

    `subject` and `effective` as in `response`; `derived_from` is a reference to it. Raises
    ScoringError for answers that the instrument does not know.
    """
    result = result_of(instrument, answers, params)
    main = result.get(instrument.headline)
    made: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [_category()],
        "code": codes.score_code(instrument, instrument.headline),
        "subject": {"identifier": {"system": codes.SUBJECTS, "value": subject}},
        **_value(instrument, main),
        **_interpretation(instrument, result.get("band"), language),
    }
    others = [
        {"code": codes.score_code(instrument, name), **_value(instrument, value)}
        for name, value in _flat(result)
        if name != instrument.headline
    ]
    if others:
        made["component"] = others
    if effective is not None:
        made["effectiveDateTime"] = effective
    if derived_from is not None:
        made["derivedFrom"] = [{"reference": derived_from}]
    if instrument.loinc:
        made["note"] = [{"text": codes.LOINC_NOTICE}]
    return made


def _category() -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {"coding": [{"system": system, "code": "survey"}]}


def _flat(result: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        elif name not in NOT_SCORES:
            yield f"{before}{name}", value


def _value(instrument: Instrument, value: object) -> Resource:
    if value is None:
        system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
        coding = {"system": system, "code": "unknown"}
        return {"dataAbsentReason": {"coding": [coding], "text": instrument.missing_rule.en}}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, str):
        return {"valueString": value}
    number = float(value) if isinstance(value, Fraction) else value
    unit = instrument.unit.en
    quantity = {"value": number, "unit": unit, "system": codes.UCUM}
    return {"valueQuantity": {**quantity, "code": UNITS.get(unit, "{score}")}}


def _interpretation(instrument: Instrument, band: object, language: str) -> Resource:
    found = next((each for each in instrument.bands if each.key == band), None)
    if found is None:
        return {}
    system = f"{codes.BASE}:codesystem:bands:{instrument.key}"
    coding = {"system": system, "code": found.key}
    return {"interpretation": [{"coding": [coding], "text": found.label.get(language)}]}
