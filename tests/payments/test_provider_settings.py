"""Stripe in the settings: what is missing or cannot be right is one line that says so."""

import sys
from collections.abc import Mapping

import pytest

from entrypoints.providers import providers_of
from entrypoints.settings import Settings, SettingsError
from service.stripe import Stripe

KEY = {"REFUNDRY_STRIPE_API_KEY": "sk_test_1"}


def of(environment: Mapping[str, str]) -> Settings:
    return Settings.from_environment(environment)


def test_nothing_configured_is_nothing_wired() -> None:
    assert providers_of(of({})) == {}
    assert providers_of(of({"REFUNDRY_STRIPE_API_KEY": ""})) == {}


@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "http://[::1]:9/", "http://localhost:1", "https://a.example"])
def test_configured_it_is_wired(base: str) -> None:
    found = providers_of(of(KEY | {"REFUNDRY_STRIPE_API_BASE": base, "REFUNDRY_STRIPE_WEBHOOK_SECRET": "whsec_1"}))
    assert isinstance(found["stripe"], Stripe)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"REFUNDRY_STRIPE_WEBHOOK_SECRET": "whsec_1"}, "REFUNDRY_STRIPE_WEBHOOK_SECRET"),
        ({"REFUNDRY_STRIPE_API_BASE": "https://a.example"}, "REFUNDRY_STRIPE_API_BASE"),
        (KEY | {"REFUNDRY_STRIPE_API_BASE": "http://a.example"}, "https://"),
        (KEY | {"REFUNDRY_STRIPE_API_BASE": "http://10.0.0.1"}, "https://"),
        (KEY | {"REFUNDRY_STRIPE_API_BASE": "nonsense"}, "https://"),
        (KEY | {"REFUNDRY_STRIPE_API_BASE": "http://[::1"}, "https://"),
        (KEY | {"REFUNDRY_STRIPE_API_BASE": "https://a.example/v1"}, "https://"),
        ({"REFUNDRY_STRIPE_API_KEY": "sk_test_\n1"}, "REFUNDRY_STRIPE_API_KEY"),
        ({"REFUNDRY_STRIPE_API_KEY": "sk_tëst"}, "REFUNDRY_STRIPE_API_KEY"),
    ],
)
def test_what_cannot_be_right_is_said_in_one_line(environment: Mapping[str, str], names: str) -> None:
    with pytest.raises(SettingsError, match=names) as raised:
        providers_of(of(environment))
    assert "\n" not in str(raised.value)


def test_without_the_sdk_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "service.stripe", raising=False)
    monkeypatch.setitem(sys.modules, "stripe", None)
    with pytest.raises(SettingsError, match=r"install refundry\[stripe\]"):
        providers_of(of(KEY))


def test_secrets_are_not_shown() -> None:
    shown = repr(of(KEY | {"REFUNDRY_STRIPE_WEBHOOK_SECRET": "whsec_1"}))
    assert "sk_test_1" not in shown and "whsec_1" not in shown
