"""Signatures after the Standard Webhooks specification, by its own library."""

import base64
import secrets as chance
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret to sign with, as its holder is shown it."""
    return PREFIX + base64.b64encode(chance.token_bytes(SECRET_BYTES)).decode()


def signed_headers(webhook_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers that tell a receiver which message this is, when it was sent, and that it comes from us.

    One signature for each secret, the newest first. The library takes an aware instant of another zone for UTC, so it
    is given UTC only.
    """
    instant = at.astimezone(UTC).replace(microsecond=0)
    text = body.decode()
    signatures = [Webhook(secret).sign(webhook_id, instant, text) for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
