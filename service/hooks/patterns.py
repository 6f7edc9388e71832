"""Which events a hook wants: a type, everything under a prefix such as `refund.*`, or `*`."""

from collections.abc import Collection, Iterable
from typing import Any, Final

EVERYTHING: Final = "*"
MOST_PATTERNS: Final = 100


class BadPatternError(ValueError):
    """The wanted events cannot be read; the message says what would be right."""


def wants(patterns: Iterable[str], type_: str) -> bool:
    """Whether any of these patterns is, or covers, the type."""
    return any(
        pattern in (EVERYTHING, type_) or (pattern.endswith(".*") and type_.startswith(pattern[:-1]))
        for pattern in patterns
    )


def read_patterns(told: Any, types: Collection[str]) -> tuple[str, ...]:
    """The patterns as they are kept, each once. Raises BadPatternError for one under which nothing is ever told."""
    if not isinstance(told, list | tuple) or not 1 <= len(told) <= MOST_PATTERNS:
        raise BadPatternError(f"events must be a list of 1 to {MOST_PATTERNS} types or prefixes such as refund.*")
    for pattern in told:
        if not isinstance(pattern, str) or not any(wants([pattern], type_) for type_ in types):
            shown = repr(pattern)[:80]
            raise BadPatternError(
                f"events names {shown}; there are *, prefixes such as refund.*, and {', '.join(types)}"
            )
    return tuple(dict.fromkeys(told))
