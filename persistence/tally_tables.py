"""The tables of running sums: what stands where, and what has happened, counted as it is written.

A transaction only adds rows of differences, so no two writers wait for one counter; they are folded into the sums
later. What is asked for is always the sums and the differences together.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from persistence.tables import BIG_KEY


class _Counted(SQLModel):
    """What is counted: the meaning of `state` and `hour` depends on the kind (see `persistence.tallies`)."""

    kind: str
    product: str
    state: str
    currency: str
    before_deadline: str
    from_deadline: str
    claimed: bool
    hour: datetime
    number: int
    amount_minor: int
    before_minor: int
    from_minor: int


class TallyRecord(_Counted, table=True):
    """A running sum. Rows whose number and amounts are all zero are kept or dropped without difference."""

    __tablename__ = "tally"
    __table_args__ = (
        PrimaryKeyConstraint(
            "kind", "product", "state", "currency", "before_deadline", "from_deadline", "claimed", "hour"
        ),
        Index("tally_by_hour", "kind", "hour"),
    )

    number: int = Field(sa_type=BigInteger)
    amount_minor: int = Field(sa_type=BigInteger)
    before_minor: int = Field(sa_type=BigInteger)
    from_minor: int = Field(sa_type=BigInteger)


class TallyDeltaRecord(_Counted, table=True):
    """A difference that a transaction has made and that is not in the sums yet."""

    __tablename__ = "tally_delta"

    id: int | None = Field(default=None, sa_column=Column(BIG_KEY, primary_key=True, autoincrement=True))
    number: int = Field(sa_type=BigInteger)
    amount_minor: int = Field(sa_type=BigInteger)
    before_minor: int = Field(sa_type=BigInteger)
    from_minor: int = Field(sa_type=BigInteger)
