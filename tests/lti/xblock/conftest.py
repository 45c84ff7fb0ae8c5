"""Open edX's LTI consumer in an environment of its own, made when the long profile first asks.

It is under the AGPL and brings Django along, so it is never imported by the project: a process of
its own, reached by HTTP. Without the environment, and outside the long profile, these tests are
left out, and the summary of the run says so.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parents[2] / ".venv-xblock"
PACKAGES = ("lti-consumer-xblock==11.4.4", "cryptography")


def is_there() -> bool:
    """Say whether the environment was made to its end."""
    return (ENVIRONMENT / "made").exists()


def wanted() -> bool:
    """Say whether these tests are to run."""
    return is_there() or os.environ.get("COLUMNA_LONG") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out, and say so, where the consumer is neither there nor asked for."""
    if wanted():
        return
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    items[:] = [item for item in items if item not in ours]
    if ours:
        config.hook.pytest_deselected(items=ours)


@pytest.fixture(scope="session")
def xblock_python() -> Path:
    """Return the interpreter of the environment, made now if need be (about a minute)."""
    python = ENVIRONMENT / "bin" / "python"
    if not is_there():
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        subprocess.run([*pip, *PACKAGES], check=True)
        (ENVIRONMENT / "made").touch()
    return python
