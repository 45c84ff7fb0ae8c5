"""What the files of the project may say, and that none of them lies about unused."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("exports", "lti", "migrations", "modules", "notifications", "plugin")
TEXTS = {".py", ".html", ".md", ".yaml", ".yml", ".cfg", ".toml", ".css", ".js", ".txt", ".ini"}
SKIPPED = {"var", "build", "dist", "__pycache__"}
OURS = {".ci", ".github"}
MACHINES = re.compile(r"(?<![\w.:/$}])/(?:work|root|home|Users)/[\w.]")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def texts() -> list[Path]:
    """Return every file of words in the project."""
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in TEXTS
        and path.is_file()
        and not SKIPPED & set(path.relative_to(ROOT).parts)
        and not any(_is_made(part) for part in path.relative_to(ROOT).parts[:-1])
    ]


def _is_made(folder: str) -> bool:
    """Whether a folder holds what tools made: environments, caches, metadata of the package."""
    return folder.endswith(".egg-info") or (folder.startswith(".") and folder not in OURS)


def code() -> list[Path]:
    """Return every Python file of the packages."""
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def templates() -> list[Path]:
    """Return every page template."""
    return sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.html"))


def test_no_file_names_a_place_on_somebodys_machine():
    found = [p.relative_to(ROOT) for p in texts() if MACHINES.search(p.read_text("utf-8"))]

    assert found == []


def test_nothing_is_left_for_later():
    found = [p.relative_to(ROOT) for p in texts() if UNFINISHED.search(p.read_text("utf-8"))]

    assert found == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_is_used(path):
    folder = next(parent for parent in path.parents if parent.name == "templates")
    names = {str(path.relative_to(folder)), path.name}
    users = [other for other in [*code(), *templates()] if other != path]
    quoted = re.compile("|".join(f"[\"'/]{re.escape(name)}[\"']" for name in names))

    assert any(quoted.search(user.read_text("utf-8")) for user in users)


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_script_and_style_belongs_to_a_page(kind):
    """Styles become one sheet; a script must be asked for by a template or another script."""
    if kind == "css":
        folder = ROOT / "plugin/static/css"
        inside = {path.parent.name for path in folder.rglob("*.css")}
        assert inside <= {"css", "components"}
        return
    words = "".join(p.read_text("utf-8") for p in [*templates(), *(ROOT / "plugin").rglob("*.js")])
    for script in (ROOT / "plugin/static/js").glob("*.js"):
        assert script.name in words or script.stem in words, script.name


def test_packages_hold_a_docstring_and_nothing_else():
    """Collecting packages excepted: a rule that imports a package must import nothing with it."""
    collecting = {"audiences", "channels", "checks", "formats", "instruments", "kinds", "lms"}
    for path in [p for p in code() if p.name == "__init__.py"]:
        if path.parent.name in collecting:
            continue
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        assert not [line for line in lines if line.startswith(("import ", "from "))], path


def test_no_import_hides_inside_a_function():
    hidden = re.compile(r"^[ \t]+(?:from [\w.]+ import|import [\w.]+)", re.MULTILINE)
    guarded = re.compile(r"^if TYPE_CHECKING:\n(?:\s+.*\n)+", re.MULTILINE)
    for path in code():
        source = guarded.sub("", path.read_text("utf-8"))
        docless = re.sub(r'"""(?:.|\n)*?"""', "", source)
        assert not hidden.search(docless), path.relative_to(ROOT)
