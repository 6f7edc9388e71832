"""Signatures: the vectors that Standard Webhooks publishes, and what its library gets wrong when left alone."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.hooks.signing import new_secret, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
MOMENT = datetime.fromtimestamp(1614265330, UTC)


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")], ids=["with prefix", "without prefix"])
def test_published_vector(secret: str) -> None:
    assert signed_headers(MESSAGE, MOMENT, BODY, [secret]) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": PUBLISHED,
    }


@pytest.mark.parametrize("hours", [-8, 1, 5.5])
def test_instant_of_another_zone_is_the_same_instant(hours: float) -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=hours)))
    assert signed_headers(MESSAGE, elsewhere, BODY, [SECRET])["webhook-signature"] == PUBLISHED


def test_fraction_of_a_second_is_in_neither_header_nor_signature() -> None:
    headers = signed_headers(MESSAGE, MOMENT + timedelta(microseconds=999_999), BODY, [SECRET])
    assert (headers["webhook-timestamp"], headers["webhook-signature"]) == ("1614265330", PUBLISHED)


def test_own_library_verifies_what_was_signed_now() -> None:
    headers = signed_headers(MESSAGE, datetime.now(UTC), BODY, [SECRET])
    assert Webhook(SECRET).verify(BODY, headers) == json.loads(BODY)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_or_new_timestamp_is_refused_by_receivers(minutes: int) -> None:
    headers = signed_headers(MESSAGE, datetime.now(UTC) + timedelta(minutes=minutes), BODY, [SECRET])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_altered_header_is_refused_by_receivers(name: str) -> None:
    headers = signed_headers(MESSAGE, datetime.now(UTC), BODY, [SECRET])
    altered = {"webhook-id": "msg_other", "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers | {name: altered[name]})


def test_multi_sig_is_verified_with_either_secret() -> None:
    first, second = new_secret(), new_secret()
    headers = signed_headers(MESSAGE, datetime.now(UTC), BODY, [first, second])
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (first, second):
        assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)


def test_secret_is_long_enough_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in made)
