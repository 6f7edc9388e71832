"""Alembic migrations; each is applied in one transaction."""
