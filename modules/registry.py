"""Find the entries of a collecting package: one object in each file, no list to keep."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def collect(package: ModuleType, name: str) -> dict[str, Any]:
    """Return the object called `name` of every module in `package`, by its `key`.

    Raises ValueError when two entries share a key: the application must not start then.
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        entry = getattr(importlib.import_module(f"{package.__name__}.{info.name}"), name)
        if entry.key in found:
            raise ValueError(f"{package.__name__}: two entries are called {entry.key!r}")
        found[entry.key] = entry
    return found
