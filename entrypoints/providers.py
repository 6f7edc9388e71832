"""The payment providers that settings name, beside the built-in sandbox."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from entrypoints.settings import Settings, SettingsError
from service.provider import Provider


def providers_of(settings: Settings) -> Mapping[str, Provider]:
    """Each provider that is configured, by the name that payments have for it. Raises SettingsError."""
    if settings.stripe_api_key is None:
        for name, value in (("API_BASE", settings.stripe_api_base), ("WEBHOOK_SECRET", settings.stripe_webhook_secret)):
            if value is not None:
                raise SettingsError(f"REFUNDRY_STRIPE_{name} is set without REFUNDRY_STRIPE_API_KEY; set both")
        return {}
    return {"stripe": _stripe(settings, settings.stripe_api_key)}


def _stripe(settings: Settings, api_key: str) -> Provider:
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise SettingsError("REFUNDRY_STRIPE_API_KEY has characters that no key has; it begins with sk_ or rk_")
    if settings.stripe_api_base is not None and not _is_safe(settings.stripe_api_base):
        raise SettingsError(
            f"REFUNDRY_STRIPE_API_BASE is {settings.stripe_api_base!r}; it must be an https:// address, or an "
            "http:// one of this machine's own, because the key is sent there"
        )
    try:
        from service.stripe import Stripe
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"REFUNDRY_STRIPE_API_KEY is set, and the package {error.name} is missing; install refundry[stripe]"
        ) from None
    return Stripe(api_key, api_base=settings.stripe_api_base, webhook_secret=settings.stripe_webhook_secret)


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.path.strip("/") or parts.query or parts.fragment or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
