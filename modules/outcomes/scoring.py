"""Score one case as analysts write it: `{"instrument", "version", "items", "params"?}`.

Instruments answer to the name of the published scale, to their key and to their code. Two groups
are derived: DERIVED-RESPONDER (change from baseline) and DERIVED-ADHERENCE. Results are rounded
half-up as documented beside each instrument. Whatever comes in, the only error is ScoringError.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NoReturn

from modules.outcomes import derived
from modules.outcomes.fhir.bundle import bundle
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    Instrument,
    Params,
    Result,
    ScoringError,
)
from modules.outcomes.scales import (
    exact,
    result_of,
    shown,
    whole_setting,
)
from modules.text import LANGUAGES

CASE_KEYS = {"instrument", "version", "items", "params", "expected", "note"}
"""`expected` and `note` may stand in a file of cases; they are not read."""

SLACK = Fraction(1, 100)
"""A score given with two decimals may lie this far outside its exact range."""

ADHERENCE_COUNTS = (
    "logs_completed",
    "login_days",
    "live_attended",
    "live_offered",
    "diary_sessions",
    "prescribed_sessions",
)


def score(case: object) -> Result:
    """Score one case; raises ScoringError and nothing else, for any JSON value.

    Codes: `not_an_object`, `unknown_field`, `unknown_instrument`, `version_missing`,
    `version_unknown`, `version_of_another_instrument`, `unknown_item`, `bad_setting`, and the
    fault of an answer (`not_an_integer`, `out_of_range`, `not_text`, `inconsistent`, ...).
    """
    fields = _mapping(case)
    if not set(fields) <= CASE_KEYS:
        raise ScoringError("unknown_field")
    name, version = fields.get("instrument"), fields.get("version")
    answers = _mapping(fields.get("items"))
    params = fields.get("params")
    settings = {} if params is None else _mapping(params)
    if not isinstance(version, str):
        raise ScoringError("version_missing")
    if isinstance(name, str) and name in DERIVED:
        group, decimals = DERIVED[name]
        return _rounded(group(version, answers, settings), decimals)
    return _score_form(instrument_for(name, version), answers, settings)


def _score_form(instrument: Instrument, answers: Mapping[str, object], params: Params) -> Result:
    try:
        result = result_of(instrument, answers, params)
    except ScoringError as error:
        if error.reason != "out_of_range" or instrument.refused_as is None:
            raise
        return dict(instrument.refused_as)
    return _rounded(result, instrument.decimals)


def _rounded(result: Result, decimals: Mapping[str, int]) -> Result:
    return {name: shown(value, decimals, name) for name, value in result.items()}


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ScoringError("not_an_object")
    return dict(value)


def instrument_for(name: object, version: str) -> Instrument:
    """Return the instrument of this name in this version; raises ScoringError otherwise.

    Where two forms share a name and run in opposite directions, the version must say which.
    """
    found = [one for one in INSTRUMENTS.values() if name in (*one.names, one.key, one.code)]
    if not found:
        raise ScoringError("unknown_instrument")
    stated = version.casefold()
    if any(word in stated for one in found for word in one.foreign_versions):
        raise ScoringError("version_of_another_instrument")
    fitting = [one for one in found if one.version_mark in stated.replace(" ", "-")]
    if len(fitting) != 1:
        raise ScoringError("version_unknown")
    return fitting[0]


def responder(version: str, items: Mapping[str, object], params: Params) -> Result:
    """Compare `followup` with `baseline` of the instrument that `version` names.

    `mic_abs` in the settings, else the instrument's first absolute MIC, is the bound (inclusive).
    """
    named = [one for one in INSTRUMENTS.values() if version in (*one.names, one.key, one.code)]
    if len(named) != 1:
        raise ScoringError("unknown_instrument")
    instrument = named[0]
    _only(items, ("baseline", "followup"))
    before = _in_range(instrument, items, "baseline")
    after = _in_range(instrument, items, "followup")
    bound = exact(params["mic_abs"], "mic_abs") if "mic_abs" in params else None
    bound = derived.absolute_mic(instrument) if bound is None else bound
    if bound is not None and bound <= 0:
        raise ScoringError("bad_setting", "mic_abs")
    change = derived.change_of(instrument.direction, before, after)
    return {
        "change": change.change,
        "pct_improvement": change.percent,
        "responder_abs": derived.improved_by(change, bound),
        "responder_30pct": derived.improved_by_percent(change),
    }


def _in_range(instrument: Instrument, items: Mapping[str, object], name: str) -> Fraction | None:
    value = exact(items.get(name), name)
    low, high = instrument.score_range
    if value is not None and not low - SLACK <= value <= high + SLACK:
        raise ScoringError("out_of_range", name)
    return value


def adherence(version: str, items: Mapping[str, object], params: Params) -> Result:
    """Return the log class and the shares of logins, live sessions and diary, with their mean.

    Parts that were not offered drop out of the mean; a part whose count is not known leaves
    the mean unknown.
    """
    _only(items, ADHERENCE_COUNTS)
    logs, days, attended, offered, done, prescribed = (
        _count(items, name) for name in ADHERENCE_COUNTS
    )
    if attended is not None and offered is not None and attended > offered:
        raise ScoringError("inconsistent", "live_attended")
    target = whole_setting(params, "login_target_days", 18)
    if target == 0:
        raise ScoringError("bad_setting", "login_target_days")
    parts = {
        "login_pct": derived.share(days, target),
        "live_pct": derived.share(attended, offered),
        "diary_pct": derived.share(done, prescribed),
    }
    dropped = {"live_pct": offered == 0, "diary_pct": prescribed == 0}
    counted = [part for name, part in parts.items() if not dropped.get(name)]
    return {
        "adherence_class": derived.log_class(logs),
        **parts,
        "composite_equal_weights_pct": derived.mean(counted),
    }


def _count(items: Mapping[str, object], name: str) -> int | None:
    value = items.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ScoringError("not_an_integer", name)
    if not 0 <= value <= 10**6:
        raise ScoringError("out_of_range", name)
    return value


def _only(items: Mapping[str, object], names: Iterable[str]) -> None:
    if not set(items) <= set(names):
        raise ScoringError("unknown_item")


Group = Callable[[str, Mapping[str, object], Params], Result]

PERCENTAGES = ("login_pct", "live_pct", "diary_pct", "composite_equal_weights_pct")

DERIVED: dict[str, tuple[Group, Mapping[str, int]]] = {
    "DERIVED-RESPONDER": (responder, {}),
    "DERIVED-ADHERENCE": (adherence, dict.fromkeys(PERCENTAGES, 1)),
}


def as_fhir(case: object) -> dict[str, object]:
    """Return one case of a questionnaire as a FHIR R4 Bundle: answers and score.

    Its subject is `subject` of the case, an identifier that names nobody, else `case`; texts are in
    `language` of the case, else in Spanish. Raises ScoringError as `score` does.
    """
    fields = _mapping(case)
    subject, language = fields.pop("subject", "case"), fields.pop("language", "es")
    if not isinstance(subject, str) or language not in LANGUAGES:
        raise ScoringError("unknown_field")
    score(fields)
    name, version = fields["instrument"], str(fields["version"])
    if name in DERIVED:
        raise ScoringError("unknown_instrument")
    return bundle(
        instrument_for(name, version),
        _mapping(fields.get("items")),
        subject=subject,
        language=str(language),
        params=_mapping(fields.get("params") or {}),
    )


def score_lines(
    lines: Iterable[str], made: Callable[[object], Mapping[str, object]] = score
) -> Iterator[tuple[str, bool]]:
    """Score JSON lines: one output line for each input line, and whether it was scored.

    `made`: what is made of a case, its results or a FHIR Bundle (`as_fhir`).

    A line that cannot be read or scored gives `{"error": {"code", "line", "item"?}}`. Nothing of
    the input is repeated in an error.
    """
    for position, line in enumerate(lines, 1):
        try:
            yield json.dumps(made(_parsed(line)), ensure_ascii=False), True
        except ScoringError as error:
            fault: dict[str, object] = {"code": error.reason, "line": position}
            if error.item is not None:
                fault["item"] = error.item
            yield json.dumps({"error": fault}, ensure_ascii=False), False


def _parsed(line: str) -> object:
    try:
        return json.loads(line, parse_constant=_refuse, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise ScoringError("not_json") from error


def _refuse(constant: str) -> NoReturn:
    raise ScoringError("not_json")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ScoringError("repeated_key")
    return made
