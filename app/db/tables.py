"""Imports every table, so that Alembic and the tests see the whole metadata."""

from app.db.base import Base

metadata = Base.metadata
