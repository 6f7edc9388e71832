"""Random stories: what other systems might tell, in and out of order, twice, too late, and about the wrong thing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from workflows.definition import Arc
from workflows.products import CATALOGUE

START: Final = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
RULES: Final = (
    """
version = "earlier"
effective_from = 2026-01-01T00:00:00Z
[window]
days = 3
convention = "exact"
[money]
coupon_allocation = "proportional"
""",
    """
version = "later"
effective_from = 2026-03-29T22:00:00Z
late_arrival = "2h"
[window]
days = 7
zone = "America/Sao_Paulo"
[review]
above = { USD = "500.00", JPY = "1000" }
[promotions.flash_sale]
refundable = false
[promotions.three_days]
window_days = 3
""",
)
PROMOTIONS: Final = (None, None, None, None, None, None, None, "flash_sale", "three_days", "mystery")
REFERENCES: Final = (
    "sandbox_ok", "sandbox_fails", "sandbox_method_gone", "sandbox_lost_reply", "sandbox_down_2h",
    "sandbox_pending_1d", "sandbox_reversed_1d",
)  # fmt: skip
MONEY: Final = (("USD", "1.60", "0.00"), ("USD", "1.20", "0.40"), ("USD", "0.01", "9.99"), ("USD", "500.01", "0"),
                ("USD", "0.00", "5.00"), ("JPY", "7", "0"), ("JPY", "5000", "100"), ("KWD", "0.002", "0"))  # fmt: skip
WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 0, 0, 1, 60, 3599, 3600, 7200, 43_200, 86_399, 86_400, 172_800, 432_000, 691_200)
)
OFFSETS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (0, 0, 0, 0, 0, 240, -1, -3600, -86_400, -259_200, -700_000)
)
#: Data with which each use event can pass; where there are several, all of them matter to the rules.
DATA: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "certificate.application_submitted": ({}, {"combined": True}),
    "gateway.quota_consumed": ({"units": 1}, {"units": 2}, {"units": 60}, {"units": 300}),
    "ca.enabled": ({"level": "root"}, {"level": "intermediate"}),
    "ca.reset": ({"confirmed_data_deletion": True}, {}),
    "deployment.task_created": ({}, {"feature": "cloud_servers"}),
}
QUOTAS: Final = (1, 2, 3, 300)
#: The products with more of a life come more often.
PRODUCTS: Final = (
    *CATALOGUE.keys, "ssl_certificate", "ssl_certificate", "ssl_certificate", "https_acceleration_gateway",
    "https_acceleration_gateway", "private_ca",
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A use event, told `wait` after the thing before it, dated `offset` from that moment."""

    subject: str
    type: str
    data: dict[str, Any] = field(default_factory=dict)
    wait: timedelta = timedelta()
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class Pay:
    """The payment of a subject."""

    subject: str
    data: dict[str, Any]
    wait: timedelta = timedelta()
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class Ask:
    """A request for a refund."""

    subject: str
    wait: timedelta = timedelta()
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class Again:
    """Something told before, told once more, word for word; `back` says how long ago."""

    back: int
    wait: timedelta = timedelta()


@dataclass(frozen=True)
class Review:
    """The account manager decides on whatever is in review."""

    approve: bool
    wait: timedelta = timedelta()


Move = Use | Pay | Ask | Again | Review


def data_of(event: str) -> tuple[dict[str, Any], ...]:
    return DATA.get(event, ({},))


@st.composite
def payments(draw: st.DrawFn, product: str) -> dict[str, Any]:
    currency, cash, coupon = draw(st.sampled_from(MONEY))
    data: dict[str, Any] = {
        "order_id": "order",
        "account_id": "account",
        "product": product,
        "currency": currency,
        "cash_paid": cash,
        "coupon_paid": coupon,
        "payment": {"provider": "sandbox", "reference": draw(st.sampled_from(REFERENCES))},
    }
    promotion = draw(st.sampled_from(PROMOTIONS))
    if promotion is not None:
        data["promotion"] = promotion
    if product == "https_acceleration_gateway":
        data["quota_units"] = draw(st.sampled_from(QUOTAS))
    return data


def _uses(subject: str, product: str, waits: Any, offsets: Any) -> st.SearchStrategy[Move]:
    events = sorted(CATALOGUE.product(product).use_events)
    told = st.sampled_from([(event, data) for event in events for data in data_of(event)])
    return st.builds(lambda one, wait, offset: Use(subject, *one, wait, offset), told, waits, offsets)


def paths(product: str) -> list[list[Arc]]:
    """A shortest way from pending to each state that use events lead to."""
    found: dict[str, list[Arc]] = {"pending": []}
    frontier = ["pending"]
    for state in frontier:
        for arc in CATALOGUE.product(product).leaving[state]:
            if arc.target not in found:
                found[arc.target] = [*found[state], arc]
                frontier.append(arc.target)
    return list(found.values())


@st.composite
def walks(draw: st.DrawFn, subject: str, product: str) -> list[Move]:
    """Use events that fit, one after the other: to any of the states, and a little further."""
    arcs = list(draw(st.sampled_from(paths(product))))
    for _ in range(draw(st.integers(0, 2))):
        onward = CATALOGUE.product(product).leaving[arcs[-1].target if arcs else "pending"]
        if onward:
            arcs.append(draw(st.sampled_from(onward)))
    moves: list[Move] = []
    for arc in arcs:
        data = data_of(arc.event)[0] if arc.step is not None else draw(st.sampled_from(data_of(arc.event)))
        moves.append(Use(subject, arc.event, data, draw(st.sampled_from((timedelta(), timedelta(hours=1))))))
    return moves


@st.composite
def stories(draw: st.DrawFn, *, subjects: int = 2, longest: int = 12, in_order: bool = False) -> list[Move]:
    """The moves of a story. `in_order`: everything is told as it happens, payments first."""
    waits = st.sampled_from(WAITS)
    offsets = st.just(timedelta()) if in_order else st.sampled_from(OFFSETS)
    opening: list[Move] = []
    kinds: list[st.SearchStrategy[Move]] = [st.builds(Review, st.booleans(), waits)]
    if not in_order:
        kinds.append(st.builds(Again, st.integers(0, 5), waits))
    for number in range(draw(st.integers(1, subjects))):
        subject = f"r-{number}"
        product = draw(st.sampled_from(PRODUCTS))
        opening.append(Pay(subject, draw(payments(product)), draw(waits) if in_order else timedelta(), draw(offsets)))
        kinds += [_uses(subject, product, waits, offsets)] * 3
        kinds.append(st.builds(Ask, st.just(subject), waits, offsets))
        if not in_order:
            kinds.append(_uses(subject, draw(st.sampled_from(CATALOGUE.keys)), waits, offsets))
    moves = draw(st.lists(st.one_of(kinds), max_size=longest))
    for pay in opening:
        assert isinstance(pay, Pay)
        begun = draw(walks(pay.subject, pay.data["product"]))
        asked: list[Move] = [Ask(pay.subject), Review(draw(st.sampled_from((True, True, False))), draw(waits))]
        moves = [*begun, *asked[: draw(st.integers(0, 2))], *moves]
        place = 0 if in_order else draw(st.sampled_from((0, 0, 0, 1, 2)))
        moves.insert(min(place, len(moves)), pay)
    return moves
