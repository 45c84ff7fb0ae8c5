"""Alembic migrations: numbered, both directions, equal to the models (tested)."""
