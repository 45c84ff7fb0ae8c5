"""Numpy-only helpers for the tests of the figure."""

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="the figure needs numpy (extra `film`)")

from modules.film.script import load_exercises
from modules.film.timing import Loop

CONTENT = Path(__file__).resolve().parents[3] / "modules" / "content"
EXERCISES = load_exercises(CONTENT / "exercises.yaml")


@pytest.fixture(scope="session")
def content_root():
    """Return the folder of the shipped content."""
    return CONTENT


@pytest.fixture(scope="session")
def loops():
    """Return every exercise as a loop; anchors are noted once."""
    return {name: Loop(exercise) for name, exercise in EXERCISES.items()}


def pytest_generate_tests(metafunc):
    """Run a test with the parameter `exercise_id` once for each of the exercises."""
    if "exercise_id" in metafunc.fixturenames:
        metafunc.parametrize("exercise_id", sorted(EXERCISES))
