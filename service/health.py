"""Whether the service can do its work."""

from sqlalchemy import text

from persistence.errors import StoreBusyError
from service.desk import Desk


def check_store(desk: Desk) -> None:
    """Take and give back the writer's place. Raises StoreError where the database cannot be written to."""
    try:
        with desk.store.writing() as connection:
            connection.execute(text("SELECT 1"))
    except StoreBusyError:
        return
