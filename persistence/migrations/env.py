"""Alembic's environment: migrations run on the connection that `persistence.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

from persistence import (  # noqa: F401  (registers the tables)
    bulk_tables,
    hook_tables,
    money_tables,
    month_tables,
    staff_tables,
    tables,
    tally_tables,
    unreadable_tables,
)

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
