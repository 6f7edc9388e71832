"""Instants are written as Python writes them, however fast, and read again from what SQLite keeps."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from persistence.encoding import decoder_of, encoder_of
from persistence.resources import RESOURCE
from workflows.instants import EARLIEST, LATEST, instant_text

INSTANTS = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC))


@given(INSTANTS)
def test_written_as_isoformat_has_it(moment: datetime) -> None:
    assert instant_text(moment) == moment.isoformat().replace("+00:00", "Z")


@given(INSTANTS)
def test_to_sqlite_always_with_microseconds_so_that_texts_sort_as_instants(moment: datetime) -> None:
    encode, decode = encoder_of(RESOURCE.c.paid_at, "sqlite"), decoder_of(RESOURCE.c.paid_at, "sqlite")
    assert encode is not None and decode is not None
    assert encode(moment) == moment.replace(tzinfo=None).isoformat(" ", "microseconds")
    assert decode(encode(moment)) == moment
