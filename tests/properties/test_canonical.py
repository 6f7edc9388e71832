"""The one form that is hashed: whatever encodes it, it is the standard library's, byte for byte."""

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.canonical import canonical, canonical_ascii
from workflows.instants import instant_text

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes(timezones=st.just(UTC))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def standard(values: Any, *, ascii_alone: bool) -> bytes:
    def plain(value: Any) -> Any:
        return instant_text(value) if isinstance(value, datetime) else dict(value)

    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_alone, default=plain).encode()


@given(st.lists(VALUES))
def test_the_form_is_the_standard_librarys(values: list[Any]) -> None:
    assert canonical(values) == standard(values, ascii_alone=False)
    assert canonical_ascii(values) == standard(values, ascii_alone=True)


@pytest.mark.parametrize(
    "inside", [1e16, 1e-5, -0.0, 2**64, 10**400, "\x7f\u2028\u0001é", datetime(2026, 3, 9, microsecond=5, tzinfo=UTC)]
)
@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: {"b": [one], "a": ({"c": one},)}, lambda one: MappingProxyType({"a": one})]
)
def test_what_encoders_spell_in_their_own_way_is_found_wherever_it_stands(inside: Any, wrap: Any) -> None:
    values = (wrap(inside), "a text")
    assert canonical(values) == standard(values, ascii_alone=False)


def test_what_is_no_json_value_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical((object(),))
