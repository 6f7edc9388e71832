"""Alembic's environment: migrations run on the connection that `persistence.schema` hands over."""

from alembic import context

from persistence.every_table import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
