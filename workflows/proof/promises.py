"""What was promised, written down a second time: tables from the published rules, apart from every definition.

A product that a table does not name is held to the general ones only: a full refund while nothing of it is in use, a
partial one of what a meter has left, its own bars, and every property that names no product.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workflows.words import ISSUED, PENDING, RESET, REVOKED, REVOKING

#: Where the published rules speak of a refund of everything: unused, or made unused again in time.
UNUSED_AGAIN: Final = frozenset({REVOKED, RESET})
REFUNDED_IN_FULL: Final = frozenset({PENDING}) | UNUSED_AGAIN

#: Every reason that may stand in an answer or a refusal, in the published order.
REASON_ORDER: Final = (
    "window_closed",
    "remedy_too_late",
    "arrived_too_late",
    "promotion_excluded",
    "combined_certificate",
    "already_used",
    "quota_exhausted",
    "nothing_paid_in_cash",
    "nothing_to_refund",
    "must_cancel_application",
    "must_revoke",
    "revocation_in_review",
    "must_reset",
    "quota_consumed",
    "promotion_unknown",
    "above_review_limit",
    "events_unresolved",
    "refund_in_progress",
    "already_refunded",
    "reset_not_confirmed",
)
COMBINED_FROM: Final = frozenset({ISSUED, REVOKING, REVOKED})


@dataclass(frozen=True, slots=True)
class Promise:
    """What the published rules say of one product.

    `ways`: the states it is refunded from, each with whether only in part. `combining` and `clearing`: the events that
    set and clear the mark of a combined application. `metering`: the events that count consumption, with the member
    of their data that says how much. `confirmed`: events that need a member to be true. `untouched`: events that
    need an untouched meter.
    """

    ways: frozenset[tuple[str, bool]]
    combining: Mapping[str, str] = field(default_factory=dict)
    clearing: frozenset[str] = frozenset()
    metering: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()


_ONLY_UNUSED: Final = Promise(frozenset({(PENDING, False)}))
PROMISES: Final[Mapping[str, Promise]] = {
    "ssl_certificate": Promise(
        frozenset({(PENDING, False), (REVOKED, False)}),
        combining={"certificate.application_submitted": "combined"},
        clearing=frozenset({"certificate.application_cancelled"}),
    ),
    "https_acceleration_gateway": Promise(
        frozenset({(PENDING, False), (RESET, False), (ISSUED, True)}),
        metering={"gateway.quota_consumed": "units"},
        untouched=frozenset({"gateway.reset"}),
    ),
    "private_ca": Promise(
        frozenset({(PENDING, False), (RESET, False)}), confirmed={"ca.reset": "confirmed_data_deletion"}
    ),
    "message_notification": _ONLY_UNUSED,
    "domain_monitoring": _ONLY_UNUSED,
    "certificate_repository": _ONLY_UNUSED,
    "cloud_deployment": _ONLY_UNUSED,
}
NO_PROMISE: Final = Promise(frozenset())


def promise_of(product: str) -> Promise:
    return PROMISES.get(product, NO_PROMISE)


def confirmed(promise: Promise, event: str, data: Mapping[str, Any]) -> bool:
    """Whether the event was told with the confirmation it was promised to need."""
    return event not in promise.confirmed or data.get(promise.confirmed[event]) is True
