"""Locks that keep two transactions off one subject, whether or not anything is stored of it yet.

SQLite's writer holds the whole database already. On PostgreSQL they are advisory locks, given back when the transaction
ends. A server has room for some ten thousand of them in all: who would need many locks everything instead.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, text

from persistence.bulk_writing import array_text
from persistence.driver import rows_of

#: More subjects than these are locked together with all others.
MOST_LOCKED: Final = 1_000
EVERYTHING: Final = 4_720_919
#: The key of a subject, as `_key` has it.
KEY_OF: Final = "('x' || substr(encode(sha256(convert_to({}, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint"

#: What follows in the transaction looks for single keys, so how it is planned does not depend on which they are, and it
#: is not planned anew each time.
_PLAN_ONCE: Final = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
_LOCK: Final = (
    f"{_PLAN_ONCE} UNION ALL SELECT pg_advisory_xact_lock_shared(%s)::text UNION ALL SELECT"
    " pg_advisory_xact_lock(key)::text FROM (SELECT unnest(%s::bigint[]) AS key ORDER BY 1) AS keys"
)
_LOCK_EVERYTHING: Final = f"{_PLAN_ONCE} UNION ALL SELECT pg_advisory_xact_lock(%s)::text"


def lock_subjects(connection: Connection, subjects: Iterable[str]) -> None:
    """Wait until no other transaction works on any of these subjects.

    The locks are taken in one order, so two batches never wait for each other in a circle.
    """
    keys = sorted({_key(subject) for subject in subjects})
    if connection.dialect.name != "postgresql" or not keys:
        return
    if len(keys) > MOST_LOCKED:
        rows_of(connection, _LOCK_EVERYTHING, (EVERYTHING,))
        return
    rows_of(connection, _LOCK, (EVERYTHING, array_text(list(map(str, keys)))))


def unlocked(connection: Connection, subjects: Collection[str], most: int) -> list[str]:
    """The first of these subjects on which no other transaction works, locked from now on; waits for nobody."""
    if connection.dialect.name != "postgresql":
        return list(subjects)[:most]
    shared = text("SELECT pg_try_advisory_xact_lock_shared(:everything)")
    if not connection.execute(shared, {"everything": EVERYTHING}).scalar():
        return []
    free = text(
        "SELECT subject FROM unnest(CAST(:subjects AS text[])) WITH ORDINALITY AS told (subject, place)"
        f" WHERE pg_try_advisory_xact_lock({KEY_OF.format('subject')}) LIMIT :most"
    )
    return list(connection.execute(free, {"subjects": list(subjects), "most": most}).scalars())


def _key(subject: str) -> int:
    return int.from_bytes(sha256(subject.encode()).digest()[:8], "big", signed=True)
