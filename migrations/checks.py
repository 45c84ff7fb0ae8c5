"""CHECK constraints are compared by what they allow, not by their names alone.

Alembic finds a constraint that is there or is not; what stands in one of the same name it leaves
to the implementation of each database. A code added to an enum changes nothing but that.
"""

import re
from typing import Any

from alembic.ddl.impl import ComparisonResult, DefaultImpl
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.ddl.sqlite import SQLiteImpl
from sqlalchemy import CheckConstraint

PLUGINS = ("alembic.autogenerate.*", "alembic.ext.checkconstraint_byname")
"""What an autogenerating context is given as `autogenerate_plugins`."""

VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
"""A text or a number. PostgreSQL rewrites the rest of a condition, SQLite keeps it as it was."""


class _ByContent(DefaultImpl):
    """Calls two constraints different when they name different values."""

    def compare_check_constraint(
        self, metadata_constraint: CheckConstraint, reflected_constraint: CheckConstraint
    ) -> ComparisonResult:
        """Compare the values of the model's condition with those the database has."""
        written, found = map(self._values, (metadata_constraint, reflected_constraint))
        if written == found:
            return ComparisonResult.Equal()
        return ComparisonResult.Different([f"allows {sorted(found)}, the model {sorted(written)}"])

    def _values(self, constraint: CheckConstraint) -> set[str]:
        options: dict[str, Any] = {"literal_binds": True}
        compiled = constraint.sqltext.compile(dialect=self.dialect, compile_kwargs=options)
        return set(VALUE.findall(str(compiled)))


# Alembic takes the implementation that was defined last for a dialect.


class SqliteByContent(_ByContent, SQLiteImpl):
    """SQLite, with checks compared by content."""

    __dialect__ = "sqlite"


class PostgresqlByContent(_ByContent, PostgresqlImpl):
    """PostgreSQL, with checks compared by content."""

    __dialect__ = "postgresql"
