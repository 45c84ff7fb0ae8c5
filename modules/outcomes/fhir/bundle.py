"""One filled form with its score as a FHIR R4 Bundle: the answers, and the Observation of them."""

from collections.abc import Mapping

from modules.outcomes.fhir.codes import Resource
from modules.outcomes.fhir.observation import observation
from modules.outcomes.fhir.response import response
from modules.outcomes.questionnaire import Instrument, Params


def bundle(
    instrument: Instrument,
    answers: Mapping[str, object],
    *,
    subject: str,
    language: str,
    params: Params | None = None,
) -> Resource:
    """Return a collection of two resources. `subject`: an identifier that names nobody.

    Raises ScoringError for answers that the instrument does not know.
    """
    answered = response(instrument, answers, {}, subject=subject, language=language)
    scored = observation(instrument, answers, subject=subject, language=language, params=params)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": answered}, {"resource": scored}],
    }
