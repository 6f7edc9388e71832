"""A Stripe that answers as told."""

from collections.abc import Iterator

import pytest

from tests.payments.fake_stripe import FakeStripe, fake_stripe


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with fake_stripe() as made:
        yield made
