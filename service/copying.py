"""From one database to another, of the same or of the other kind: copied in one piece, then held against each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from persistence import copying, months
from persistence.every_table import all_tables
from persistence.schema import is_current, upgrade
from persistence.store import Engine, Store
from workflows.catalogue import Catalogue


class CopyError(ValueError):
    """The copy cannot be made, or is not what it was made from; the message says why. The target is as it was."""


@dataclass(frozen=True, slots=True)
class Copying:
    """A copy to be made, from a database that stays as it is into an empty one."""

    source: Store
    target: Engine
    catalogue: Catalogue

    def size(self) -> Mapping[str, int]:
        """How many rows each table has. Raises CopyError where the source is of another version."""
        with self.source.reading() as connection:
            if not is_current(connection):
                raise CopyError("the source is not of this version; run `refundry db upgrade` on it first")
            return copying.size(connection)

    def make(self, advance: Callable[[int], None]) -> Mapping[str, int]:
        """Copy every row, read both again and compare them; returns how many rows each table has.

        The target holds everything or, after a CopyError, nothing. `advance` is told of rows, once as they are
        copied and once as they are compared.
        """
        upgrade(self.target, self.catalogue)
        store = Store(self.target)
        with self.source.reading() as source, store.writing() as target:
            filled = copying.first_filled(target)
            if filled is not None:
                raise CopyError(f"the target is not empty: there are rows in {filled}; name a new database")
            months.make_room(source, target)
            for table in all_tables():
                copying.copy(source, target, table, advance)
            for table in all_tables():
                found = copying.first_difference(source, target, table, advance)
                if found is not None:
                    raise CopyError(f"a row of {table.name} differs: {_told(found[0])} became {_told(found[1])}")
            return copying.size(target)


def _told(row: Any) -> str:
    return "no row" if row is None else repr(dict(row))
