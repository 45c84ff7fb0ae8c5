"""One test for a rule and a whole table of cases; its message names every case that breaks it."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from modules.course import content
from scripts.film.script import load_exercises

EXERCISE_IDS = sorted(load_exercises(content.shipped() / "exercises.yaml"))


def every(name: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test once for all cases, given to its parameter `name`; other parameters are fixtures.

    The test goes on after a case that fails: its message holds each of them with its reason.
    """
    table = list(cases)

    def decorate(rule: Callable[..., None]) -> Callable[..., None]:
        def test(**fixtures: Any) -> None:
            faults = ((case, _fault(rule, {name: case, **fixtures})) for case in table)
            broken = [f"{case}: {fault}" for case, fault in faults if fault]
            if broken or not table:
                raise AssertionError(f"{len(broken)} of {len(table)} cases\n" + "\n".join(broken))

        signature = inspect.signature(rule)
        others = [p for p in signature.parameters.values() if p.name != name]
        test.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        test.__name__, test.__doc__, test.__module__ = rule.__name__, rule.__doc__, rule.__module__
        return test

    return decorate


def _fault(rule: Callable[..., None], given: dict[str, Any]) -> str:
    try:
        rule(**given)
    except AssertionError as fault:
        return str(fault) or "is not so"
    except Exception as fault:  # a case that cannot be looked at is named like the others
        return repr(fault)
    return ""
