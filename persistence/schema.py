"""Bringing a database up to this version, safely however many processes start at once."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from persistence import months
from persistence.errors import translated
from persistence.tables import ProductStateRecord
from workflows.catalogue import Catalogue

UPGRADE_LOCK = 4_720_917


def upgrade(engine: Engine, catalogue: Catalogue) -> None:
    """Apply every missing migration, write down which states each product has, and make the months ahead.

    Nothing is done where nothing is missing.
    """
    try:
        with engine.connect() as connection:
            if is_current(connection) and not _missing_states(connection, catalogue) and not months.missing(connection):
                return
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            missing = _missing_states(connection, catalogue)
            if missing:
                connection.execute(insert(ProductStateRecord), missing)
            months.keep_ahead(connection)
    except DBAPIError as error:
        raise translated(error) from error


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest migration."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def _missing_states(connection: Connection, catalogue: Catalogue) -> list[dict[str, str]]:
    table = ProductStateRecord.__table__  # type: ignore[attr-defined]
    stored = {tuple(row) for row in connection.execute(select(table.c.product, table.c.state))}
    return [
        {"product": product.key, "state": state}
        for product in catalogue
        for state in product.states
        if (product.key, state) not in stored
    ]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("persistence") / "migrations"))
    return config
