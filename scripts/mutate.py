"""make mutants FILES="…": change rules one place at a time, and name what no test sees.

Each mutant is the file with one comparison, sum, connective or constant changed, written into a
copy of the project, where the tests that import the file are run. A mutant no test fails on
survives: a test is missing, or the change means the same.
"""

import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

ROOT = Path(__file__).parents[1]
LOOP_FACTOR, LEAST_S = 5, 30.0
"""A mutant may loop for ever: it gets so many times what the untouched file needs, or this."""
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
CONNECTIVES: dict[type[ast.boolop], type[ast.boolop]] = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class Mutant:
    """A file with one change: its text, the line, and what became what."""

    line: int
    change: str
    text: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a file's text."""
    tree = ast.parse(source)
    skipped = _unseen(tree)
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for replacement in _replacements(node):
            yield _mutant(tree, place, node, replacement)


def _unseen(tree: ast.AST) -> set[int]:
    """Return the nodes of types and of decorators, whose change means the same or breaks nothing.

    A data class without slots takes more memory, one that is not frozen has no other values.
    """
    parts = [
        part
        for node in ast.walk(tree)
        for part in (
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
        )
        if part
    ]
    return {id(inner) for part in parts for inner in ast.walk(part)}


def _replacements(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[index] = COMPARISONS[type(operator)]()
            yield changed
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(CONNECTIVES[type(node.op)](), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)


def _constants(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))


def _mutant(tree: ast.Module, place: int, node: ast.AST, replacement: ast.expr) -> Mutant:
    changed = copy.deepcopy(tree)
    target = list(ast.walk(changed))[place]
    mutated = cast(ast.Module, _Replace(target, replacement).visit(changed))
    text = ast.unparse(ast.fix_missing_locations(mutated))
    change = f"{ast.unparse(node)}  →  {ast.unparse(replacement)}"
    return Mutant(getattr(node, "lineno", 0), change, text)


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.expr) -> None:
        self._target, self._replacement = target, replacement

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._target:
            return copy.deepcopy(self._replacement)
        return self.generic_visit(node)


def tests_of(path: Path) -> list[Path]:
    """Return the test files that import a file of the project."""
    module = ".".join(path.with_suffix("").parts)
    return [test for test in sorted((ROOT / "tests").rglob("test_*.py")) if _imports(test, module)]


def _imports(test: Path, module: str) -> bool:
    package, _, name = module.rpartition(".")
    return any(
        node.module == module
        or (node.module == package and any(alias.name == name for alias in node.names))
        for node in ast.walk(ast.parse(test.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    )


def _copy(folder: Path) -> Path:
    """Copy the files git knows, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def _passes(folder: Path, tests: list[Path], patience_s: float | None) -> bool:
    """Whether the tests pass in the copy; one that does not end has failed."""
    names = [str(test.relative_to(ROOT)) for test in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *names]
    environment = {**os.environ, "PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "fast"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _survivors(folder: Path, path: Path, most: int | None) -> Iterator[Mutant]:
    tests = tests_of(path)
    if not tests:
        raise click.ClickException(f"no test imports {path}")
    begun = time.monotonic()
    if not _passes(folder, tests, None):
        raise click.ClickException(f"the tests of {path} fail without any change")
    patience_s = max(LEAST_S, LOOP_FACTOR * (time.monotonic() - begun))
    source = (ROOT / path).read_text("utf-8")
    chosen = list(mutants(source))
    if most is not None:
        chosen = random.Random(str(path)).sample(chosen, min(most, len(chosen)))  # noqa: S311
    with click.progressbar(chosen, label=str(path), file=sys.stderr) as shown:
        for mutant in shown:
            (folder / path).write_text(mutant.text, "utf-8")
            if _passes(folder, tests, patience_s):
                yield mutant
    (folder / path).write_text(source, "utf-8")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--most", type=click.IntRange(1), help="So many of each file, always the same.")
def main(files: tuple[Path, ...], most: int | None) -> None:
    """Change rules one place at a time; name each change that no test sees."""
    left = 0
    with tempfile.TemporaryDirectory() as made:
        folder = _copy(Path(made))
        for path in (file.resolve().relative_to(ROOT) for file in files):
            for mutant in _survivors(folder, path, most):
                left += 1
                click.echo(f"survives: {path}:{mutant.line}  {mutant.change}")
    click.echo(f"Survivors: {left}.")
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
