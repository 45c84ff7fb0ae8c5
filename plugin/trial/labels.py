"""What stands between a participant and allocation, in words for the clinic's staff."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from modules.outcomes.questionnaire import Instrument
from modules.study.protocol import Protocol
from plugin.trial.readiness import Check, Finding, Reason


def unmet(found: Iterable[Check], protocol: Protocol, language: str) -> tuple[str, ...]:
    """Return the texts of the eligibility criteria that are not met, in the protocol's order."""
    keys = {key for check in found for key in check.unmet}
    criteria = protocol.eligibility.inclusion + protocol.eligibility.exclusion
    return tuple(c.text.get(language) for c in criteria if c.key in keys)


def unfinished(
    found: Iterable[Check], instruments: Mapping[str, Instrument], language: str
) -> tuple[str, ...]:
    """Return each questionnaire without which there is no baseline, and why."""
    return tuple(
        _said(finding, instruments[finding.of].title.get(language))
        for check in found
        for finding in check.findings
        if finding.reason in (Reason.NOT_FILLED, Reason.NO_SCORE)
    )


def _said(finding: Finding, form: str) -> str:
    if finding.reason is Reason.NOT_FILLED:
        return _("%(form)s: not filled in yet.", form=form)
    return _(
        "%(form)s: filled in, but with too few answers for a score. Correct the form.",
        form=form,
    )
