"""May this participant be allocated? The steps the protocol demands, checked against the record.

Pure: facts go in, checks come out. The overview of a study, the page of a participant and the
allocation itself ask here and nowhere else, so that what is offered is what is done.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import MainScore, main_score, scored
from modules.study.protocol import Criterion, Protocol
from modules.study.schedule import baseline_visit

CONSENT, ELIGIBILITY, BASELINE = STEPS = ("consent", "eligibility", "baseline")

PAIN = "vas_pain"
"""Instrument whose score before day 1 decides the criteria about pain."""


class Reason(enum.StrEnum):
    """Why a check is not passed."""

    NO_CONSENT = "no_consent"
    NO_SCREENING = "no_screening"
    CRITERION_UNMET = "criterion_unmet"
    NOT_FILLED = "not_filled"
    NO_SCORE = "no_score"
    """Completed, but with too few answers for a main score: nothing to compare with later."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The signed consent on record."""

    version: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Screening:
    """The screening form on record: criteria answered yes or no, age in whole years."""

    answers: Mapping[str, str]
    age_years: int


@dataclass(frozen=True, slots=True)
class BaselineForm:
    """One completed questionnaire in its newest revision."""

    visit: str
    instrument: str
    revision: int
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is on record about one participant and counts before allocation."""

    consent: Consent | None
    screening: Screening | None
    forms: tuple[BaselineForm, ...]

    def form(self, visit: str | None, instrument: str) -> BaselineForm | None:
        """Return the completed form of a visit, None while there is none."""
        wanted = (visit, instrument)
        return next((f for f in self.forms if (f.visit, f.instrument) == wanted), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that keeps a check from being passed.

    `of`: the criterion's key, or the instrument's; empty for the consent and the screening form.
    """

    reason: Reason
    of: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One step before allocation: whether the protocol demands it, what was found and looked at.

    `facts` can be stored as JSON.
    """

    step: str
    required: bool
    findings: tuple[Finding, ...]
    facts: Mapping[str, object]

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.findings

    @property
    def unmet(self) -> tuple[str, ...]:
        """The eligibility criteria decided and not met; these bar even where nothing is missing."""
        return tuple(f.of for f in self.findings if f.reason is Reason.CRITERION_UNMET)

    @property
    def missing(self) -> bool:
        """Whether the protocol demands something here that is not there yet."""
        return self.required and len(self.findings) > len(self.unmet)

    def record(self) -> dict[str, object]:
        """Return the check as it is stored with the allocation."""
        found = [{"reason": f.reason.value, "of": f.of} for f in self.findings]
        return {
            "required": self.required,
            "passed": self.passed,
            "findings": found,
            "facts": dict(self.facts),
        }


def checks(protocol: Protocol, facts: Facts) -> tuple[Check, ...]:
    """Return the check of every step, those the protocol demands first and in its order."""
    required = protocol.randomisation.requires if protocol.randomisation else ()
    baseline, pain = _baseline(protocol, facts), _pain(protocol, facts)
    # Pain that the baseline has yet to say is no reason to turn anybody away.
    waits = pain is None and BASELINE in required and bool(baseline[0])
    found = {
        CONSENT: _consent(facts),
        ELIGIBILITY: _eligibility(protocol, facts.screening, pain, pain_decides=not waits),
        BASELINE: baseline,
    }
    return tuple(
        Check(step, step in required, *found[step]) for step in dict.fromkeys((*required, *STEPS))
    )


def missing(found: Iterable[Check]) -> tuple[str, ...]:
    """Return the steps still to be done, in the protocol's order."""
    return tuple(check.step for check in found if check.missing)


def unmet(found: Iterable[Check]) -> tuple[str, ...]:
    """Return the keys of the eligibility criteria that are not met."""
    return tuple(key for check in found for key in check.unmet)


_Found = tuple[tuple[Finding, ...], Mapping[str, object]]


def _consent(facts: Facts) -> _Found:
    if facts.consent is None:
        return (Finding(Reason.NO_CONSENT),), {}
    signed = facts.consent
    return (), {"version": signed.version, "signed_on": signed.signed_on.isoformat()}


def _baseline(protocol: Protocol, facts: Facts) -> _Found:
    asked = [(v.key, key) for v in protocol.visits if v.before_start for key in v.instruments]
    forms = [(visit, key, facts.form(visit, key)) for visit, key in asked]
    scores = [(visit, key, form, _scored(key, form)) for visit, key, form in forms]
    findings = tuple(
        Finding(Reason.NOT_FILLED if score is None else Reason.NO_SCORE, key)
        for _visit, key, _form, score in scores
        if score is None or score.score is None
    )
    looked_at = [
        {"visit": visit, "instrument": key, "revision": form.revision, "status": score.status}
        for visit, key, form, score in scores
        if form and score
    ]
    return findings, {"forms": looked_at}


def _scored(instrument: str, form: BaselineForm | None) -> MainScore | None:
    return None if form is None else scored(INSTRUMENTS[instrument], form.answers)


def _eligibility(
    protocol: Protocol, form: Screening | None, pain: int | None, *, pain_decides: bool
) -> _Found:
    if form is None:
        return (Finding(Reason.NO_SCREENING),), {}
    criteria = protocol.eligibility.inclusion + protocol.eligibility.exclusion
    decided = [c for c in criteria if pain_decides or c.rule != "vas_at_least"]
    met = {c.key: _is_met(c, form, pain) for c in decided}
    findings = tuple(
        Finding(Reason.CRITERION_UNMET, key) for key, is_met in met.items() if not is_met
    )
    return findings, {"criteria": met, "age_years": form.age_years, "pain_mm": pain}


def _is_met(criterion: Criterion, form: Screening, pain_mm: int | None) -> bool:
    """Decide one criterion; bounds are inclusive."""
    if criterion.rule == "age_between":
        return (criterion.minimum or 0) <= form.age_years <= (criterion.maximum or 200)
    if criterion.rule == "vas_at_least":
        return pain_mm is not None and pain_mm >= (criterion.minimum or 0)
    return form.answers.get(criterion.key) == criterion.rule


def _pain(protocol: Protocol, facts: Facts) -> int | None:
    """Return the pain at baseline, whole mm; None where it was not measured."""
    form = facts.form(baseline_visit(protocol, PAIN), PAIN)
    score = None if form is None else main_score(INSTRUMENTS[PAIN], form.answers)
    return None if score is None else int(score)
