"""No public function, class or method is there for the tests alone, or for nobody.

Uses are found by name in the code, the templates and the entry points: a name that stands nowhere
but in its own definition and in imports is idle. What a framework calls is known by construction:
a decorator that registers, or a base class from outside the project that has the method.
"""

import ast
import configparser
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGES = ("exports", "lti", "migrations", "modules", "notifications", "plugin", "scripts")
CALLED_FROM_OUTSIDE = {
    "migrations": "Alembic calls upgrade and downgrade",
    "plugin/demo/lms": "a simulator: the tests are among its users",
    "plugin/demo/twilio": "a simulator: the tests are among its users",
}
ASKED_BY_A_LIBRARY = {
    "OneRegistration.check_iss_has_one_client": "pylti1.3 asks it of a tool configuration",
    "OneRegistration.find_registration_by_params": "pylti1.3 asks it of a tool configuration",
}
PLAIN_DECORATORS = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "dataclass",
    "lru_cache", "override", "property", "staticmethod", "total_ordering",
}  # fmt: skip
"""Every other decorator registers what it decorates."""
ENTRY_POINT = re.compile(r"\b[a-z_]+(?:\.[a-z_]+)+:([a-z_]+)")
EXPRESSION = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)


@dataclass(frozen=True)
class Definition:
    """A public function, method or class: where it stands, and the class around a method."""

    path: Path
    name: str
    first: int
    last: int
    around: str | None

    @property
    def full_name(self) -> str:
        """The name with that of its class."""
        return f"{self.around}.{self.name}" if self.around else self.name

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.first} {self.full_name}"


@dataclass(frozen=True)
class Use:
    """A name in code, and its line."""

    path: Path
    name: str
    line: int


def sources() -> list[Path]:
    """Return every Python file of the project but the tests."""
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def definitions(path: Path) -> Iterator[Definition]:
    """Yield the public definitions of a file that nothing registers."""
    if any(path.is_relative_to(ROOT / folder) for folder in CALLED_FROM_OUTSIDE):
        return
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        yield from _definition(path, node, None)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                yield from _definition(path, inner, node.name)


def _definition(path: Path, node: ast.stmt, around: str | None) -> Iterator[Definition]:
    if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
        return
    if any(_last_name(one) not in PLAIN_DECORATORS for one in node.decorator_list):
        return
    yield Definition(path, node.name, node.lineno, node.end_lineno or node.lineno, around)


def _last_name(node: ast.expr) -> str:
    bare = node.func if isinstance(node, ast.Call) else node
    return bare.attr if isinstance(bare, ast.Attribute) else getattr(bare, "id", "")


def uses(path: Path) -> Iterator[Use]:
    """Yield what a file uses: names, attributes, what it renames, and types in strings."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            yield Use(path, node.id, node.lineno)
        elif isinstance(node, ast.Attribute):
            yield Use(path, node.attr, node.lineno)
        elif isinstance(node, ast.alias) and node.asname:
            yield Use(path, node.name, node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (Use(path, name, node.lineno) for name in _named(node.value))


def _named(words: str) -> list[str]:
    """Return what a string names: a class, as annotations and relationships do, or `a.b:c`."""
    is_type = " " not in words or "[" in words
    classes = re.findall(r"\b[A-Z]\w+", words) if is_type else []
    return classes + ENTRY_POINT.findall(words)


def words_outside_of_python() -> set[str]:
    """Return the names in the expressions of templates and in entry points."""
    templates = [p for name in PACKAGES for p in (ROOT / name).rglob("templates/**/*.*")]
    expressions = " ".join(
        " ".join(EXPRESSION.findall(path.read_text("utf-8"))) for path in templates
    )
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    commands = str(dict(setup["options.entry_points"])) + (ROOT / "Makefile").read_text("utf-8")
    return {*re.findall(r"\w+", expressions), *ENTRY_POINT.findall(commands)}


@cache
def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


def is_called_by_a_framework(one: Definition) -> bool:
    """Whether a base class from outside the project has the method, or a library asks for it."""
    if one.around is None or one.full_name in ASKED_BY_A_LIBRARY:
        return one.around is not None
    bases = getattr(_module(one.path), one.around).__mro__[1:]
    return any(one.name in vars(b) for b in bases if b.__module__.split(".")[0] not in PACKAGES)


def idle(paths: list[Path]) -> list[Definition]:
    """Return the definitions in these files that nothing in them or outside of Python uses."""
    used: dict[str, list[Use]] = {}
    for path in paths:
        for use in uses(path):
            used.setdefault(use.name, []).append(use)
    outside = words_outside_of_python()
    return [
        one
        for path in paths
        for one in definitions(path)
        if one.name not in outside
        and not any(_is_elsewhere(use, one) for use in used.get(one.name, ()))
        and not is_called_by_a_framework(one)
    ]


def _is_elsewhere(use: Use, one: Definition) -> bool:
    return use.path != one.path or not one.first <= use.line <= one.last


def test_everything_public_is_used_by_more_than_the_tests():
    assert [str(one) for one in idle(sources())] == []


PLANTED = """
from elsewhere import imported_only, route

def used(): return Typed
def imported_only(): ...
def recursive(number): return number and recursive(number - 1)
def renamed(): ...
@route("/page")
def page(): used()
class Typed:
    def method(self) -> "Quoted": ...
class Quoted: ...
def nobody_calls_it(): ...
"""


def test_what_nobody_uses_is_found_and_nothing_else(tmp_path):
    planted, other = tmp_path / "planted.py", tmp_path / "other.py"
    planted.write_text(PLANTED, "utf-8")
    other.write_text("from planted import renamed as r, imported_only, Typed\nTyped().method()\n")

    found = [one.name for one in idle([planted, other])]

    assert found == ["imported_only", "recursive", "nobody_calls_it"]
