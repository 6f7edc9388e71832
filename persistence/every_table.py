"""Every table there is, whichever module keeps it."""

from sqlalchemy import Table
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

METADATA = SQLModel.metadata


def all_tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return METADATA.sorted_tables
