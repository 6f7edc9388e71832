"""What is read is what was written: amounts in every currency, instants, and the rounding of what is paid back."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.instants import instant_text, parse_instant
from workflows.money import exponent, format_amount, parse_amount

CURRENCIES = ("USD", "EUR", "JPY", "KRW", "KWD", "BHD", "TND", "CLF", "ISK", "UYW", "MGA", "CNY")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINOR = st.one_of(st.integers(0, 10_000), st.integers(0, 10**15 - 1))


@settings(max_examples=400)
@given(minor=MINOR, currency=st.sampled_from(CURRENCIES))
def test_an_amount_that_is_written_is_read_again(minor: int, currency: str) -> None:
    written = format_amount(minor, currency)
    assert parse_amount(written, currency) == minor
    assert Fraction(written) * 10 ** exponent(currency) == minor
    assert len(written.partition(".")[2]) == exponent(currency)


@settings(max_examples=400)
@given(
    whole=st.integers(0, 10**9), decimals=st.text("0123456789", max_size=8), ahead=st.integers(0, 5),
    currency=st.sampled_from(CURRENCIES),
)  # fmt: skip
def test_an_amount_is_read_exactly_or_not_at_all(whole: int, decimals: str, ahead: int, currency: str) -> None:
    written = "0" * ahead + str(whole) + (f".{decimals}" if decimals else "")
    worth = Fraction(written) * 10 ** exponent(currency)
    if worth.denominator == 1:
        assert parse_amount(written, currency) == worth
        assert Fraction(format_amount(int(worth), currency)) == Fraction(written)
    else:
        with pytest.raises(ValueError, match="more decimals"):
            parse_amount(written, currency)


@settings(max_examples=300)
@given(
    microseconds=st.integers(2 * 86_400 * 10**6, 221_845_132_800 * 10**6),
    offset_minutes=st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_an_instant_that_is_written_is_read_again(microseconds: int, offset_minutes: int) -> None:
    instant = EPOCH + timedelta(microseconds=microseconds)
    assert parse_instant(instant_text(instant)) == instant
    elsewhere = instant.astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert parse_instant(elsewhere.isoformat()) == instant
    assert parse_instant(elsewhere.isoformat()).tzinfo is UTC


@settings(max_examples=300)
@given(st.one_of(st.text(), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", fullmatch=True)))
def test_no_text_is_read_as_another_instant_or_breaks_the_reading(written: str) -> None:
    try:
        instant = parse_instant(written)
    except ValueError as error:
        assert len(str(error)) < 250
    else:
        assert parse_instant(instant_text(instant)) == instant
