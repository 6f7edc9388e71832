"""What can go wrong with the store, as errors whose one line is also their message."""

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """The database could not take or give what was asked; nothing of the transaction was kept."""

    code = "store_unavailable"
    retry_after_seconds = 5


class StoreBusyError(StoreError):
    """The database is busy with another writer; nothing was kept, try again shortly."""

    code = "store_busy"
    retry_after_seconds = 1


class StoreFullError(StoreError):
    """The disk under the database is full; nothing was kept, make room and try again."""

    code = "store_full"
    retry_after_seconds = 60


class StoreReadOnlyError(StoreError):
    """The database cannot be written to; nothing was kept, check its permissions."""

    code = "store_read_only"
    retry_after_seconds = 60


class StoreOutdatedError(StoreError):
    """The database has no schema of this version; run `refundry db upgrade`."""

    code = "store_outdated"


class StoreRefusedError(Exception):
    """The database refused a row because one of its constraints would not hold."""


_SIGNS: tuple[tuple[str, type[StoreError]], ...] = (
    ("database is locked", StoreBusyError),
    ("database table is locked", StoreBusyError),
    ("lock timeout", StoreBusyError),
    ("readonly database", StoreReadOnlyError),
    ("read-only transaction", StoreReadOnlyError),
    ("disk is full", StoreFullError),
    ("disk i/o error", StoreFullError),
    ("no space left", StoreFullError),
    ("no such table", StoreOutdatedError),
)


def translated(error: DBAPIError) -> Exception:
    """Our error for a driver's: a broken constraint concerns the rows, anything else the database as a whole."""
    told = str(error.orig).lower()
    name = type(error).__name__
    if name in {"IntegrityError", "DataError"}:
        return StoreRefusedError(str(error.orig))
    for sign, kind in _SIGNS:
        if sign in told:
            return kind(kind.__doc__)
    return StoreError(f"The database could not be used: {error.orig}")
