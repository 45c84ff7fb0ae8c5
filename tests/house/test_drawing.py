"""WeasyPrint takes seconds of a processor: only these files may ask for it, each for a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("modules", "lti", "notifications", "exports", "plugin")
MAY = {
    "weasyprint": {"exports/formats/pdf.py"},
    "exports.formats.pdf": {"plugin/printing.py"},  # limited for each person
    "exports.service.make_export": {
        "exports/jobs.py",  # the worker's
        "plugin/commands/export.py",  # the administrator's
    },
}


def imported(path: Path) -> Iterator[str]:
    """Yield every name a file imports, with all that leads to it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


@pytest.mark.parametrize("what", MAY)
def test_a_pdf_is_drawn_from_these_places_alone(what):
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    users = {str(path.relative_to(ROOT)) for path in files if what in set(imported(path))}

    assert users == MAY[what]


def test_exports_are_made_by_the_worker_and_not_in_a_request():
    files = list((ROOT / "plugin").rglob("*.py"))
    makers = {
        str(path.relative_to(ROOT)) for path in files if "jobs.make_all(" in path.read_text("utf-8")
    }

    assert makers == {"plugin/exporting.py"}
