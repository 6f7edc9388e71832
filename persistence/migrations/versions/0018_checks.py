"""On SQLite, "one of these" is said by OR: for IN it would put the values in order anew for every row that is written.

What the tables hold is the same as before, so only the words of the schema are changed, as SQLite's manual describes it
("Making Other Kinds Of Table Schema Changes", https://www.sqlite.org/lang_altertable.html).
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

#: A list of three or more; of two SQLite makes the same by itself.
ONE_OF = re.compile(r"(\w+) IN \(('[^']*'(?:, '[^']*'){2,})\)")
SCHEMA = sa.text("SELECT rowid, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for rowid, told in connection.execute(SCHEMA).all():
        said = ONE_OF.sub(_by_or, told)
        if said != told:
            connection.exec_driver_sql("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?", (said, rowid))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _by_or(found: re.Match[str]) -> str:
    column, values = found.groups()
    return f"({' OR '.join(f'{column} = {value}' for value in values.split(', '))})"
