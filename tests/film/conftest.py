"""The exercises of the course, as data and as loops."""

from pathlib import Path

import pytest

from modules.course import content
from scripts.film.script import Exercise, load_exercises
from scripts.film.timing import Loop


@pytest.fixture(scope="session")
def content_root() -> Path:
    """Return the folder of the shipped content."""
    return content.shipped()


@pytest.fixture(scope="session")
def exercises(content_root: Path) -> dict[str, Exercise]:
    """Return every exercise."""
    return load_exercises(content_root / "exercises.yaml")


@pytest.fixture(scope="session")
def loops(exercises: dict[str, Exercise]) -> dict[str, Loop]:
    """Return every exercise as a loop; anchors are noted once."""
    return {name: Loop(exercise) for name, exercise in exercises.items()}
