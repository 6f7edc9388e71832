"""Which addresses may be told anything: public ones, and those of our own that somebody has allowed."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
VARIABLE: Final = "REFUNDRY_HOOKS_ALLOW"
LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NAT64: Final = IPv6Network("64:ff9b::/96")


class AddressRefusedError(OSError):
    """Nothing is sent to this address: it is not public, and nobody has allowed it."""


class BadAllowanceError(ValueError):
    """A list of allowed networks cannot be read; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The networks that may be told beside the public ones."""

    allowed: tuple[Network, ...] = ()

    def check(self, told: str) -> None:
        """Raise AddressRefusedError for an address that must not be connected to."""
        address = _plain(told)
        if any(address.version == network.version and address in network for network in self.allowed):
            return
        if not _is_public(address):
            raise AddressRefusedError(f"{address} is no public address; {VARIABLE} can allow it")


def parse_reach(told: str) -> Reach:
    """What a comma-separated list of networks, or the word `loopback`, allows. Raises BadAllowanceError."""
    allowed: list[Network] = []
    for word in filter(None, (part.strip() for part in told.split(","))):
        if word == "loopback":
            allowed += LOOPBACK
            continue
        try:
            allowed.append(ip_network(word))
        except ValueError:
            raise BadAllowanceError(
                f"{VARIABLE} names {word!r}; it must list networks such as 10.1.0.0/16, or loopback, with commas"
            ) from None
    return Reach(tuple(allowed))


def _plain(told: str) -> Address:
    """The address without a zone; one of IPv4 in the dress of IPv6, or behind a NAT64 gateway, as what it is."""
    address = ip_address(told.partition("%")[0])
    if isinstance(address, IPv6Address) and address in NAT64:
        return IPv4Address(address.packed[-4:])
    return getattr(address, "ipv4_mapped", None) or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        tunnelled = address.sixtofour
        if address.is_site_local or (tunnelled is not None and not _is_public(tunnelled)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
