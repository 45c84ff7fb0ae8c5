"""Which contraindications are known of a participant: as staff ticked, else as screening told."""

from collections.abc import Collection

from modules.course.prescription import Prescription

OF_COMORBIDITIES = {
    "hypertension": "C8",
    "heart_disease": "C8",
    "lung_disease": "C12",
    "osteoarthritis": "C9",
}
"""Comorbidity of the screening form -> what it stands for until staff have said more: on the safe
side, since the form does not say how severe it is."""


def known(prescription: Prescription, comorbidities: Collection[str]) -> frozenset[str]:
    """Return the codes that count now; staff have the last word, also to take one away."""
    if prescription.contraindications is not None:
        return frozenset(prescription.contraindications)
    return frozenset(code for each, code in OF_COMORBIDITIES.items() if each in comorbidities)
