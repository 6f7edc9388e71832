"""The payment provider Stripe. No other file knows its SDK, which comes with the extra `refundry[stripe]`.

A refund is found again by what is written into its metadata, never by its amount or its time. What Stripe's API does
not say for certain is `NO_REPLY`: an error of Stripe's own, a key it does not accept, a connection that was cut. The
SDK's own retries are off: the key is stored before the call, and only the service decides what is sent again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import stripe

from service.provider import (
    Answer,
    BadNoticeError,
    Notice,
    NotListeningError,
    Payout,
    Reply,
    UnclearNoticeError,
)
from workflows.money import Money, exponent, format_amount

TIMEOUT_SECONDS: Final = 20.0
TOLERANCE_SECONDS: Final = 300
PAGE: Final = 100
LONGEST_SAID: Final = 500
REFUND_ID: Final = "refundry_refund_id"
KEY: Final = "refundry_key"
SIGNATURE: Final = "stripe-signature"

#: Amounts of these have no decimals at Stripe, whatever ISO 4217 says (MGA has two there).
NO_DECIMALS: Final = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
    }
)  # fmt: skip
#: Whole units, yet told to Stripe in hundredths.
HUNDREDTHS_OF_WHOLE: Final = frozenset({"ISK"})
#: Thousandths whose last digit must be zero.
THOUSANDTHS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
#: Stripe's documentation has it both without decimals and in hundredths: a guess could be wrong a hundredfold.
AMBIGUOUS: Final = frozenset({"UGX"})

SETTLED: Final = {
    "succeeded": Reply.PAID,
    "pending": Reply.PENDING,
    "requires_action": Reply.PENDING,
    "failed": Reply.REFUSED,
    "canceled": Reply.REFUSED,
}
METHOD_GONE: Final = frozenset({"lost_or_stolen_card", "expired_or_canceled_card"})
#: Codes of errors that Stripe counts among invalid requests, yet that pass or are a matter of the account's set-up.
PASSING: Final = frozenset(
    {
        "account_invalid",
        "api_key_expired",
        "balance_insufficient",
        "idempotency_key_in_use",
        "livemode_mismatch",
        "lock_timeout",
        "platform_api_key_expired",
        "rate_limit",
        "secret_key_required",
        "testmode_charges_only",
        "tls_version_unsupported",
    }
)
#: Part of the message where the payment exists, but for keys of the other mode, test or live.
OTHER_MODE: Final = "similar object exists in"
#: A refund that succeeded can still fail: it is looked at again so long after it was made, webhooks or not.
LOOKED_AT_AFTER: Final = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
OF_A_REFUND: Final = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
OF_A_CHARGE: Final = "charge.refunded"


class UnsendableError(ValueError):
    """The payout cannot be put to Stripe; the message says what Stripe has no way to express."""


class Stripe:
    """Refunds through Stripe, for payments whose reference is a charge (`ch_…`, `py_…`) or payment intent (`pi_…`)."""

    def __init__(
        self,
        api_key: str,
        *,
        api_base: str | None = None,
        webhook_secret: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._secrets = [secret for secret in (api_key, webhook_secret) if secret]
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            api_key,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
            base_addresses={"api": api_base} if api_base else {},
        )

    def send(self, payout: Payout, now: datetime) -> Answer:
        """Create the refund. A refusal counts only if none of the payment's refunds is this one already."""
        try:
            about, amount = _about(payout.reference), to_stripe(payout.amount)
        except UnsendableError as error:
            return Answer(Reply.REFUSED, {"error": str(error)})
        params: Any = {**about, "amount": amount, "metadata": {REFUND_ID: payout.refund_id, KEY: payout.key}}
        try:
            made = self._client.v1.refunds.create(params, {"idempotency_key": payout.key, "max_network_retries": 0})
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return self._refused(payout, error, now)
        except stripe.StripeError as error:
            return Answer(Reply.NO_REPLY, self._said(error))
        return _answer(made.to_dict(), now)

    def ask(self, payout: Payout, now: datetime) -> Answer:
        """Look the refund up. No error is ever taken to mean that there is none, not even an unknown payment's."""
        try:
            found = self._find(payout)
        except UnsendableError as error:
            return Answer(Reply.NOT_KNOWN, {"error": f"never sent: {error}"})
        except stripe.StripeError as error:
            return Answer(Reply.NO_REPLY, self._said(error))
        return Answer(Reply.NOT_KNOWN, {"refund": None}) if found is None else _answer(found, now)

    def heard(self, message: bytes, headers: Mapping[str, str], now: datetime) -> list[Notice]:
        """The refunds of ours that a webhook's event is about; none for an event of another type."""
        if self._webhook_secret is None:
            raise NotListeningError("no webhook secret is configured for stripe")
        try:
            stripe.WebhookSignature.verify_header(
                message, headers.get(SIGNATURE), self._webhook_secret, TOLERANCE_SECONDS
            )
            event = json.loads(message)
            ours = [refund for refund in self._refunds_in(event) if _is_ours(refund)]
            id_, told = str(event["id"]), {"event": event["id"], "type": event["type"]}
        except stripe.SignatureVerificationError as error:
            raise BadNoticeError(f"the signature does not hold: {error.user_message}") from None
        except stripe.StripeError as error:
            raise UnclearNoticeError(f"the charge's refunds could not be listed: {self._said(error)}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadNoticeError(f"the body is no event of Stripe's: {type(error).__name__}: {error}") from None
        return [
            Notice(id_, refund["metadata"][REFUND_ID], refund["metadata"][KEY], _answer(refund, now, told))
            for refund in ours
        ]

    def _refunds_in(self, event: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """The refunds an event is about. A charge names its own only in old versions of the API: they are listed."""
        if event["type"] in OF_A_REFUND:
            return [event["data"]["object"]]
        if event["type"] != OF_A_CHARGE:
            return []
        about = event["data"]["object"]
        named = about.get("refunds") or {}
        complete = bool(named.get("data")) and not named.get("has_more")
        return named["data"] if complete else self._refunds({"charge": about["id"]})

    def _refunds(self, about: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Every refund of a payment, page by page."""
        params: Any = {**about, "limit": PAGE}
        for refund in self._client.v1.refunds.list(params, {"max_network_retries": 0}).auto_paging_iter():
            yield refund.to_dict()

    def _find(self, payout: Payout) -> dict[str, Any] | None:
        """The refund of this key; where a careless provider made several, the one that got furthest."""
        found = [one for one in self._refunds(_about(payout.reference)) if _key_of(one) == payout.key]
        order = {Reply.PAID: 0, Reply.PENDING: 1}
        return min(found, key=lambda one: order.get(_reply(one), 2), default=None)

    def _refused(self, payout: Payout, error: stripe.StripeError, now: datetime) -> Answer:
        """What a request that Stripe calls invalid comes to: perhaps it was made before, or the fault will pass."""
        said = self._said(error)
        if _may_pass(error):
            return Answer(Reply.NO_REPLY, said)
        try:
            found = self._find(payout)
        except stripe.StripeError as second:
            both = said | {"lookup": self._said(second)}
            agreed = _is_missing(error) and _is_missing(second) and not _may_pass(second)
            return Answer(Reply.REFUSED if agreed else Reply.NO_REPLY, both)
        return Answer(Reply.REFUSED, said) if found is None else _answer(found, now, {"error": said})

    def _said(self, error: stripe.StripeError) -> dict[str, Any]:
        """An error word for word, but for secrets."""
        message = str(error.user_message or "")
        for secret in self._secrets:
            message = message.replace(secret, "…")
        told = {
            "error": type(error).__name__,
            "http_status": error.http_status,
            "code": error.code,
            "decline_code": None if error.error is None else error.error.to_dict().get("decline_code"),
            "message": message[:LONGEST_SAID] or None,
            "request": error.request_id,
        }
        return {name: value for name, value in told.items() if value is not None}


def to_stripe(amount: Money) -> int:
    """An amount as Stripe counts it. Raises UnsendableError for one that Stripe cannot express exactly."""
    currency, decimals = amount.currency, exponent(amount.currency)
    if currency in AMBIGUOUS:
        raise UnsendableError(f"Stripe describes amounts of {currency} in two ways; refund it by hand")
    if currency in NO_DECIMALS:
        theirs = 0
    elif currency in THOUSANDTHS:
        theirs = 3
    elif decimals == 2 or currency in HUNDREDTHS_OF_WHOLE:
        theirs = 2
    else:
        raise UnsendableError(f"Stripe takes no {currency}")
    told, rest = divmod(amount.minor * int(10**theirs), int(10**decimals))
    if rest or (theirs == 3 and told % 10):
        shown = f"{format_amount(amount.minor, currency)} {currency}"
        raise UnsendableError(
            f"Stripe cannot express {shown}: {'the last digit must be 0' if theirs else 'no decimals'}"
        )
    return told


def _about(reference: str) -> dict[str, str]:
    """How a request names the payment. Raises UnsendableError for what is no payment of Stripe's."""
    if reference.startswith("pi_"):
        return {"payment_intent": reference}
    if reference.startswith(("ch_", "py_")):
        return {"charge": reference}
    raise UnsendableError(f"{reference[:80]!r} is neither a charge (ch_…) nor a payment intent (pi_…) of Stripe")


def _reply(refund: Mapping[str, Any]) -> Reply:
    """What a refund's status comes to. One that is not known here is a refund nevertheless: taken, not yet certain."""
    reply = SETTLED.get(str(refund.get("status")), Reply.PENDING)
    gone = reply == Reply.REFUSED and refund.get("failure_reason") in METHOD_GONE
    return Reply.METHOD_GONE if gone else reply


def _answer(refund: Mapping[str, Any], now: datetime, told: Mapping[str, Any] | None = None) -> Answer:
    named = {name: refund.get(name) for name in ("id", "status", "failure_reason", "amount", "currency")}
    said = {name: value for name, value in named.items() if value is not None} | dict(told or {})
    reply = _reply(refund)
    if reply == Reply.PAID:
        return Answer(reply, said, ask_at=_next_look(refund.get("created"), now))
    return Answer(reply, said, undone=reply in (Reply.REFUSED, Reply.METHOD_GONE))


def _next_look(created: object, now: datetime) -> datetime | None:
    try:
        made = datetime.fromtimestamp(int(str(created)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return next((made + wait for wait in LOOKED_AT_AFTER if made + wait > now), None)


def _metadata(refund: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = refund.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _key_of(refund: Mapping[str, Any]) -> object:
    return _metadata(refund).get(KEY)


def _is_ours(refund: Mapping[str, Any]) -> bool:
    metadata = _metadata(refund)
    return all(isinstance(metadata.get(name), str) for name in (REFUND_ID, KEY))


def _may_pass(error: stripe.StripeError) -> bool:
    return error.code in PASSING or OTHER_MODE in str(error.user_message)


def _is_missing(error: stripe.StripeError) -> bool:
    return error.code == "resource_missing" or error.http_status == 404
