"""How a refund stands, in plain words: what has happened to the money, and what happens next by itself."""

from collections.abc import Collection
from typing import Final

from persistence.attempts import Attempt
from persistence.refunds import Listed
from workflows.words import ACCOUNT_BALANCE, RefundStatus

#: What it means that refunds stand so, for lists.
MEANINGS: Final = {
    RefundStatus.IN_REVIEW: "A person has to decide on these. No money leaves before.",
    RefundStatus.APPROVED: "A second person has approved these; they are about to be sent.",
    RefundStatus.PROCESSING: "On their way: about to be sent, or taken by the provider, whose last word is awaited.",
    RefundStatus.IN_DOUBT: "These were sent and the provider's reply was lost, so they may have been paid or not. The "
    "provider is asked what became of them; they are never simply sent again.",
    RefundStatus.SUCCEEDED: "Paid: to the payment method, or to the account's balance where that was gone.",
    RefundStatus.FAILED: "The provider refused these for good. They can be asked for again; the windows stay claimed.",
    RefundStatus.DECLINED: "A person has declined these, or nothing was left to pay.",
    RefundStatus.REVERSED: "Paid, and come back since; the money went to the account's balance instead.",
}


#: What has become of one refund.
SENTENCES: Final = {
    RefundStatus.IN_REVIEW: "A person has to decide. No money leaves before.",
    RefundStatus.APPROVED: "A second person has approved it. It has not been sent to the provider yet.",
    RefundStatus.PROCESSING: "The provider has it. Its last word is awaited, and asked for.",
    RefundStatus.IN_DOUBT: "It was sent, and the provider's reply was lost: the money may have gone, or not. Nobody "
    "here knows.",
    RefundStatus.SUCCEEDED: "The provider says that it is paid.",
    RefundStatus.FAILED: "The provider refused it for good. No money went out; the window stays claimed.",
    RefundStatus.DECLINED: "A person has declined it. No money went out, and the claim on the window has ended.",
    RefundStatus.REVERSED: "It was paid and came back later; the money went to the account's balance.",
}


def sentence(listed: Listed, attempts: Collection[Attempt]) -> str:
    """What has become of a refund."""
    refund = listed.refund
    if refund.status == RefundStatus.PROCESSING and not any(one.kind == "send" for one in attempts):
        return "It is about to be sent to the provider."
    if refund.status == RefundStatus.SUCCEEDED and refund.destination == ACCOUNT_BALANCE:
        return "The payment method was gone for good, so it was credited to the account's balance."
    if refund.status == RefundStatus.DECLINED and refund.decided_by is None:
        return "It was declined by itself, because nothing was left to pay."
    return SENTENCES[refund.status]
